base:
  1:
    - users
