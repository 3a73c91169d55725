'base':
  '*':
    - users
