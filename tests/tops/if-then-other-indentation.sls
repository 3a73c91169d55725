base:
{% if false %}
  'web*': [web]
{% endif %}
    '*': [users]
