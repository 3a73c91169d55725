# é
base:
  '*': [users]
