base:
  "'*': [users]"
