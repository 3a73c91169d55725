#!jinja|yaml
base:
  '*':
    - users
