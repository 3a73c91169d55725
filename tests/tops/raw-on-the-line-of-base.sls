base: {% raw %}{% endraw %}
  '*': [users]
