dev:
  'a

base:
  b':
    - users
