base:
  '*':
    - users