{% set saltenv = 'dev' %}
{{ saltenv }}:
  '*': [users]
