? base
:
  '*':
    - users
