base:
  users
