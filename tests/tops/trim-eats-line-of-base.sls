{%- set a = 1 -%}

  
base:
  '*':
    - users


{%- set b = 1 -%}
