base:
  '*':
    - users
{# the end
