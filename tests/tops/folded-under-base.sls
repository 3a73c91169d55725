base: >-
  '*': [users]
