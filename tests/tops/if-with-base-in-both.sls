{% if true %}
base:
  '*':
    - users
{% else %}
base:
  'web*':
    - web
{% endif %}
