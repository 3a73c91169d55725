base:
  '*': &list
    - users
  'web*': *list
