!!str base:
  '*':
    - users
