base:
  '*':
    - users
 'web*':
    - web
