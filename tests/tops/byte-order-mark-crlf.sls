base:
  '*': [users]
