{% from 'map.jinja' import all %}
{% import 'map.jinja' as map with context %}
base:
  '{{ all }}':
    - users
