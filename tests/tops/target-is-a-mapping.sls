base:
  '*':
    users: all
