{% for env in ['base'] %}
{{ env }}:
  '*':
    - users
{% endfor %}
