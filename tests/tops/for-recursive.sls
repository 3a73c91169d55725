base:
{% for item in [['a'], ['b']] recursive %}
  'web{{ loop.index }}': [web]
{% endfor %}
  '*': [users]
