base:
{% if true %}
  '*':
    - users
{% else %}
{% else %}
{% endif %}
