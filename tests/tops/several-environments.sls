dev:
  'web*':
    - web
base:
  '*':
    - users
prod:
  'db*':
    - db
