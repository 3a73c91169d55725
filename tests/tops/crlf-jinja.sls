{% set n = 1 %}
base:
{% if n %}
  '*': [users]
{% endif %}
