---
base:
  '*':
    - users
