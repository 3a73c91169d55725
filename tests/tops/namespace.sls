{% set ns = namespace(n=1) %}{% set ns.n = 2 %}
base:
  '*': [users]
