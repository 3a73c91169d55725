# for n in [1]
## comment
base:
  '*': [users]
