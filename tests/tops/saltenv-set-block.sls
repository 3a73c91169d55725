{% set saltenv %}dev{% endset %}
{{ saltenv }}:
  '*': [users]
