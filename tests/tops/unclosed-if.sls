base:
  '*':
    - users
{% if true %}
  'web*':
    - web
