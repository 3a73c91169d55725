{% with x = 1 %}
base:
  '*':
    - users
{% endwith %}
