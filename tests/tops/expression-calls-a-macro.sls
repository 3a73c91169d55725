{% macro targets() %}
    'web*': [web]
    {% endmacro %}
base:
  {{ targets() }}'*': [users]
