{% set target %}
    'web*'{% endset %}
base:
  {{ target }}: [web]
