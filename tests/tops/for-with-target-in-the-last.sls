base:
{% for n in [1, 2] %}
{% if loop.last %}
  '*': [users]
{% endif %}
{% endfor %}
