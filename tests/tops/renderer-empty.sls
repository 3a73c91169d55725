#!
base:
  '*': [users]
