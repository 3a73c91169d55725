base:
  '{% filter upper %}web{% endfilter %}': [web]
  '*': [users]
