--- # top
base:
  '*':
    - users
