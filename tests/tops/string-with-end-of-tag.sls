{% set x = '%} {% if y %}' %}
{% set z = "}} {# " %}
base:
  '*':
    - users
