# top
#!py
base:
  '*':
    - users
