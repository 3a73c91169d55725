base:
  '*': [users]
...
---
