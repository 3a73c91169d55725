base:
 {%- set n = 1 %}
  '*': [users]
