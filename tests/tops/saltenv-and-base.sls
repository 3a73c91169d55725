{{ saltenv }}:
  '*':
    - users
base:
  'web*':
    - web
