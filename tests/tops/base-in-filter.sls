{% filter lower %}
BASE:
  '*':
    - users
{% endfilter %}
