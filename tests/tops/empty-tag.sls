{% %}
base:
  '*':
    - users
