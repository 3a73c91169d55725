base:
  '*':
  - users
  'web*':
  - web
