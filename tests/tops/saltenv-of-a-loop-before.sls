{% for saltenv in ['dev'] %}
# {{ saltenv }}
{% endfor %}
{{ saltenv }}:
  '*': [users]
