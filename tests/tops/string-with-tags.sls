{% set text = '{% if %}{#' %}
base:
  '*': [users]
