base:
{# {% if false %} #}
  '*': [users]
{# {% endif %} #}
