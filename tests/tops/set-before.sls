{% set all = '*' %}
base:
  '{{ all }}':
    - users
