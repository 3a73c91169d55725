{% include 'env.jinja' %}
base:
  '*':
    - users
