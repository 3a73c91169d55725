base:
{% for a in [1, 2] %}
{% for b in [1, 2] %}
  'web{{ a }}{{ b }}': [web]
{% endfor %}
{% endfor %}
  '*': [users]
