base:
  =: [web]
  '*': [users]
