base:
{% if false %}
  'web*':
    - web
{% endif %}
