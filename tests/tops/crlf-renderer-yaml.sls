#!yaml
base:
  '*': [users]
