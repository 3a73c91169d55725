base:
{% for name in ['web', 'router'] %}
  '{{ name }}*':
    - web
{% endfor %}
