base:
  .*:
    - match: pcre
    - users
  '*':
    - web
