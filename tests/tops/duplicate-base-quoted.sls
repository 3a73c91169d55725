base:
  '*':
    - users
'base':
  'web*':
    - web
