base :
  '*':
    - users
