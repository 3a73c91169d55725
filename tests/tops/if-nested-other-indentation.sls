base:
{% if true %}{% if false %}
  'web*': [web]
{% else %}
    '*': [users]
{% endif %}{% endif %}
