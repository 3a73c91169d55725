base:
  '{{ a b }}':
    - users
