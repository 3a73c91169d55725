#!yaml_jinja
base:
  '*':
    - users
