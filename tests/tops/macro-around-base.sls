{% macro top() %}
base:
  '*':
    - users
{% endmacro %}
{{ top() }}
