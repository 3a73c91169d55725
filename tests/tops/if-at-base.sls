base:
{% if grains['os'] == 'Linux' %}
  'web*':
    - web
{% endif %}
  '*':
    - users
