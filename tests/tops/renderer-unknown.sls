#!jinja|yml
base:
  '*':
    - users
