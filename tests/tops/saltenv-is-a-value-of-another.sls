{% set environment = saltenv %}
{{ saltenv }}:
  '*': [users]
