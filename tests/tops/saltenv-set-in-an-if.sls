{% if grains['os'] == 'Linux' %}{% set saltenv = 'dev' %}{% endif %}
{{ saltenv }}:
  '*': [users]
