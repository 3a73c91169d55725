{% macro wrap() %}{{ caller() }}{% endmacro %}
base:
{% call wrap() %}
  '*':
    - users
{% endcall %}
