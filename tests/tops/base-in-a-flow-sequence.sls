dev:
  'web*': [
    web,
base: users
]
