{% set a, saltenv = 1, 'dev' %}
{{ saltenv }}:
  '*': [users]
