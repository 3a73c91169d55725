base:
  {'*': [users]}
