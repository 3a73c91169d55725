{% load_yaml as data %}
base:
  x: [users]
{% endload %}
base:
  '*': {{ data.base.x | tojson }}
