base:
  '*':
    - users
