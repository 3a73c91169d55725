base:
  '*':
    - users
    {% if grains['os'] == 'Linux' %}
    - web
    {% endif %}
