base:
  '*':
    - users
dev:
  - users
