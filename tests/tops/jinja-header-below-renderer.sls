#!jinja|yaml
#jinja2: {"line_statement_prefix": "#"}
base:
  '*':
    - users
