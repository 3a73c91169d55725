base:
  'web{% raw %}{{ n }}{% endraw %}': [web]
  '*': [users]
