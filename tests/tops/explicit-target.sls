base:
  ? '*'
  : - users
