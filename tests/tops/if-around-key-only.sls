{% if true %}
base:
{% else %}
dev:
{% endif %}
  '*':
    - users
