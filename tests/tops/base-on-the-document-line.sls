--- base:
  '*':
    - users
