base:
  '*': &list [users]
  'db*': *list
