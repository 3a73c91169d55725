{% macro wrap() %}{{ caller() }}{% endmacro %}
{% call wrap() %}
base:
  '*':
    - users
{% endcall %}
