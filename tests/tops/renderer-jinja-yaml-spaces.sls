#! jinja | yaml
base:
  '*':
    - users
