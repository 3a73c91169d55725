#!yaml
{{ saltenv }}:
  '*':
    - users
