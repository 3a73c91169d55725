&b base:
  '*': [users]
