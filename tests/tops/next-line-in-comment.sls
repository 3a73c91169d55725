# abase: x
base:
  '*':
    - users
