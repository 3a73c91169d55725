base:
  !!omap
  - '*': [users]
