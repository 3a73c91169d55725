base:
{% for n in [1, 2] %}  {% endfor %}'*': [users]
