{% set text %}
base:
  x: y
{% endset %}
base:
  '*':
    - users
