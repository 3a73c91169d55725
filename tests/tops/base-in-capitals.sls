Base:
  '*':
    - users
