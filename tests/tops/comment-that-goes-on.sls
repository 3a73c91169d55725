base: # all
{%- set x = 1 -%}
# more
  '*':
    - users
