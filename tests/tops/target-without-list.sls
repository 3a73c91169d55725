base:
  '*':
    - users
  'web*':
