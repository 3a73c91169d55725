{% trans %}mine{% endtrans %}
base:
  '*': [users]
