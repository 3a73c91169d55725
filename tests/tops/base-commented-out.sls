# base:
#   '*': [users]
dev:
  '*':
    - users
