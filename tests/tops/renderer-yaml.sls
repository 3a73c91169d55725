#!yaml
base:
  '*':
    - users
