base:
  '*': [users]
