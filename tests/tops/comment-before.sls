{# {% if false %}
base:
#}
base:
  '*':
    - users
