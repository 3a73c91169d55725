base:
{% if false %}
  'web*':
{% else %}
  '*':
{% endif %}
    - users
