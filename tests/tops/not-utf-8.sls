base:
  'rü*':
    - users
