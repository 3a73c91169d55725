base:
  '*':
    - ignore_missing: True
    - missing
    - users
