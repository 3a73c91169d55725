base:
  2001-01-01: [web]
  '*': [users]
