base:
  'web*':
    - db
