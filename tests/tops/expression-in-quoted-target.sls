{% set name = 'web' %}
base:
  '{{ name }}1':
    - web
  '*':
    - users
