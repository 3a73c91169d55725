{% load_text as saltenv %}dev{% endload %}
{{ saltenv }}:
  '*': [users]
