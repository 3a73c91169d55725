base:
  '*': [users]
