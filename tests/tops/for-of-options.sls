base:
  '*':
    - users
{%- for n in range(3) %}
  'web{{ n }}':
    - web
{%- endfor %}
