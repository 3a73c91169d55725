base:
{% for name in [] %}
  '{{ name }}*':
    - web
{% endfor %}
