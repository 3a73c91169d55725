{% extends 'map.jinja' %}
base:
  '*':
    - users
