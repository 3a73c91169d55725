{{ saltenv }}:
  '*':
    - users
