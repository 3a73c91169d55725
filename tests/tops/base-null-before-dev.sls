base:
dev:
  '*':
    - users
