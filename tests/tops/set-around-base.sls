{% set top %}
base:
  '*':
    - users
{% endset %}
{{ top }}
