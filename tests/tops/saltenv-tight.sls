{{saltenv}}:
  '*':
    - users
