#!YAML
base:
  '*': [users]
