{% macro env() %}dev:
  '*':
    - users
{% endmacro %}
{{ env() }}
base:
  '*':
    - users
