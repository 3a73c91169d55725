{% for env in ['dev', 'prod'] %}
{{ env }}:
  '*':
    - users
{% endfor %}
base:
  '*':
    - users
