base:
  '*':    - users
