{% if false %}dev:
  'x{% endif %}
base:
  '*':
    - users
{% if false %}': [users]{% endif %}
