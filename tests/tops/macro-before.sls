{% macro files(name) %}
    - {{ name }}
{% endmacro %}
base:
  '*':
{{ files('users') }}
