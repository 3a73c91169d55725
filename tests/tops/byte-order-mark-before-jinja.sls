{% set n = 1 %}
base:
  '*': [users]
