base:
  !!str '*': [users]
