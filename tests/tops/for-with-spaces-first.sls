base:
{% for n in [1, 2] %}{% if loop.first %}  {% else %}  '*': [users]
{% endif %}{% endfor %}