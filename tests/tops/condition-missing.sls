base:
{% if %}
  '*':
    - users
{% endif %}
