base:
  ? [a, b]
  : - users
