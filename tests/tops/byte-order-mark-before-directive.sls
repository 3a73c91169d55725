%YAML 1.1
---
base:
  '*': [users]
