#!yaml a=b
base:
  '*': [users]
