{% for i in [1] %}
base:
  '*':
    - users
{% endfor %}
