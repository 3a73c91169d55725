"base":
  '*':
    - users
