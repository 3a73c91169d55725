dev: &common
  '*':
    - users
base:
  <<: *common
  'web*':
    - web
