base:
  'web​1': [web]
  '*': [users]
