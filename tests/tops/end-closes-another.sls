{% if true %}
base:
  '*':
    - users
{% endfor %}
