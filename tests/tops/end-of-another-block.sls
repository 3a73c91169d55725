{% if true %}
{% for x in [1] %}
{% endif %}
base:
  '*':
    - users
{% endfor %}
