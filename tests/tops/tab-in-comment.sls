#	all
base:
  #	all
  '*':
    - users
