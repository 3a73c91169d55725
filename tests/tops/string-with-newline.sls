{% set text = 'a
base:' %}
base:
  '*': [users]
