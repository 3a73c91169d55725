#!py
base:
  '*':
    - users
