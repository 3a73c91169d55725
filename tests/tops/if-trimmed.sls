{%-if true-%}
base:
  '*':
    - users
{%-endif-%}
