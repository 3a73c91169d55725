base:
{% filter indent(2, true) %}
'*':
  - users
{% endfilter %}
