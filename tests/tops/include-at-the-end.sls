base:
  '*':
    - users
{% include 'targets.jinja' %}
