base:
  {{ '\n    ' }}'*': [users]
