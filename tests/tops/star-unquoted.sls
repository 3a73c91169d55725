base:
  *:
    - users
