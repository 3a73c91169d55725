base: |
  '*': [users]
