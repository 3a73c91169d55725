{% set x = true %}
{% if(x) %}
base:
  '*':
    - users
{% endif %}
