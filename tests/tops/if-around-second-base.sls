base:
  '*':
    - users
{% if false %}
base:
  'web*':
    - web
{% endif %}
