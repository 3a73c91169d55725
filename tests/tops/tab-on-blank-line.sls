base:
	
  '*':
    - users
