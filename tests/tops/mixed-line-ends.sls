base:
  '*':
    - users
  'web*':
    - web
