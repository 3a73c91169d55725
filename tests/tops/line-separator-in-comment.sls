# a b
base:
  '*':
    - users
