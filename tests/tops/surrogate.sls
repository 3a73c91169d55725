base:
  'webí €': [web]
