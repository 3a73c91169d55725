base:
  '*':[users]
