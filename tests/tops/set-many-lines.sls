{% set roles = {
  'web*': ['web'],
  'db*': ['db'],
} %}
base:
{% for target, files in roles.items() %}
  '{{ target }}': {{ files | tojson }}
{% endfor %}
  '*':
    - users
