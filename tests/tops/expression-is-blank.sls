base:
  {{ '  ' }}'*': [users]
