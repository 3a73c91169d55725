{# nothing #}
{% set x = 1 %}
