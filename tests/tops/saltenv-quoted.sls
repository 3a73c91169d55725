'{{ saltenv }}':
  '*':
    - users
