{% set other = 'dev' %}
base:
{{ other }}:
  '*':
    - users
