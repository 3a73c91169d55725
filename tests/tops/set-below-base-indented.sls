base:
  {% set all = '*' %}
  '{{ all }}':
    - users
