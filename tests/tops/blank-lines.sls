

base:


  '*':
    - users
