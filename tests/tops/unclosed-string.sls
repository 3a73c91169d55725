{% set x = 'a %}
base:
  '*':
    - users
