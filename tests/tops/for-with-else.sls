base:
{% for name in [] %}
  '{{ name }}*':
    - web
{% else %}
  '*':
    - users
{% endfor %}
