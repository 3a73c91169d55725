{% macro web() %}
  'web*':
    - web
{% endmacro %}
base:
  '*':
    - users
{{ web() }}
