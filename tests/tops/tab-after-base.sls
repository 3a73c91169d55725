base:	
  '*':
    - users
