base:
{% include 'targets.jinja' %}
  '*':
    - users
