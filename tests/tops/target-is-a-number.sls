base:
  '*': 1
