include:
  - more
base:
  '*':
    - users
