base:
  '*':
    - users
  'web*':
    - web
  '*':
    - db
