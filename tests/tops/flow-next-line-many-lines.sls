base:
  {
    '*': [users],
    'web*': [web]
  }
