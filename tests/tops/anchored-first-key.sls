base:
  &star '*':
    - users
