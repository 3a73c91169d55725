#!mako|yaml
base:
  '*':
    - users
