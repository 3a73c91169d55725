base:

  '*': [users]
