#!jinja|yamlex
base:
  '*': [users]
