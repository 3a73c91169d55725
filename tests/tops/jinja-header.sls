#jinja2: {"variable_start_string": "[[", "variable_end_string": "]]"}
base:
  '*':
    - users
