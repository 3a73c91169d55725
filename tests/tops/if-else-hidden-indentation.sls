base:
{% if true %}{% set x = 1 %}{% endif %}
{% if false %}
  'web*':
    - web
{% endif %}
{% if true %}
    '*':
        - users
{% endif %}
