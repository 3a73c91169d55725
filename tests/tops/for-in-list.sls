base:
  '*':
{% for name in ['users', 'web'] %}
    - {{ name }}
{% endfor %}
