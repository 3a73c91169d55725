base:
  '{{ x':
    - users
