base:
  '*':
    - users
{% else %}
