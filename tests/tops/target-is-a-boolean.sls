base:
  on: [web]
  '*': [users]
