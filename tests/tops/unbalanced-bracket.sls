{% set x = [1, 2 %}
base:
  '*':
    - users
