#!yaml
# {% if x %}
base:
  '*':
    - users
