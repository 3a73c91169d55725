base:
  '*':
    - users
dev:
