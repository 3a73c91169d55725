%TAG ! tag:example.com,2000:
---
base:
  '*': [users]
