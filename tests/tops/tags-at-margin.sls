{%- set a = 1 -%}
base:
  '*':
    - users
