base:
{% if false %}
  'web*':
    - web
{% else %}
    '*':
        - users
{% endif %}
