base:
{% for n in [1, 2, 3] %}{% if n == 2 %}{% break %}{% endif %}
  'web{{ n }}': [web]
{% endfor %}
  '*': [users]
