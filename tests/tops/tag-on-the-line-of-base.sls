base: {% set all = '*' %}
  '*':
    - users
