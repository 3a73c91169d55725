# {% if false %}
base:
  '*':
    - users
# {% endif %}
dev:
  '*':
    - users
