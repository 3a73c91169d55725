base:
  '*':
    - users
---
