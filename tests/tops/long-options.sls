base:
  'G@os:Linux and not web1':
    - match: compound
    - order: 5
    - ignore_missing: true
    - users
  '*':
    - web
