{% macro targets() %}'*':
    - users
{% endmacro %}
base:
  {{ targets() }}
