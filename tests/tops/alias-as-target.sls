dev:
  &web 'web*': [web]
base:
  *web : [web]
  '*': [users]
