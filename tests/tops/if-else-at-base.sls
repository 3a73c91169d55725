base:
{% if false %}
  'web*':
    - web
{% elif grains.os == 'x' %}
  'db*':
    - db
{% else %}
  '*':
    - users
{% endif %}
