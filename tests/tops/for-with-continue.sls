base:
{% for name in ['web', 'db'] %}{% if name == 'db' %}{% continue %}{% endif %}
  '{{ name }}*':
    - web
{% endfor %}
  '*':
    - users
