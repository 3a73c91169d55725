base:
  {{ '' }}  '*': [users]
