dev:
  base:
    - users
