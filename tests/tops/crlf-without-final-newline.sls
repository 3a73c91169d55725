base:
  '*': [users]