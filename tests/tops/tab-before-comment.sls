base:	# all
  '*':
    - users
