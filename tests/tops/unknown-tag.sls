{% switch x %}
base:
  '*':
    - users
