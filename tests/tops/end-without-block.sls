base:
  '*':
    - users
{% endif %}
