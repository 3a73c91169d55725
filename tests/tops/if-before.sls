{% if grains['os'] == 'Linux' %}
dev:
  'web*':
    - web
{% endif %}
base:
  '*':
    - users
