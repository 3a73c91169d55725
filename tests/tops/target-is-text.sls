base:
  '*': users
