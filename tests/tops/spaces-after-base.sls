base:   
  '*':
    - users
