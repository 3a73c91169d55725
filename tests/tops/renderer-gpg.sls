#!jinja|yaml|gpg
base:
  '*':
    - users
