base:
  '*': [users]
#!py
