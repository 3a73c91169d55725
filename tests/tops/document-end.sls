---
base:
  '*':
    - users
...
