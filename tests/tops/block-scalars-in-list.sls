base:
  '*':
    - |-
      users
    - >-
      web
