#!jinja
base:
  '*':
    - users
