base:
  - '*': [users]
