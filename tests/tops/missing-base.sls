dev:
  '*':
    - users
