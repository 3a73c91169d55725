{{ saltenv | lower }}:
  '*':
    - users
