base:
{% for n in [1, 2] %}  {% if loop.first %}{% continue %}{% endif %}'*': [users]
{% endfor %}