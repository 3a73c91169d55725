base:
  &all
  '*':
    - users
