base:
  '*': [
    users
  ]
  'web*': {web: }
