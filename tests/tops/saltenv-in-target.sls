{% set saltenv = 'dev' %}
base:
  '{{ saltenv }}*': [web]
  '*': [users]
