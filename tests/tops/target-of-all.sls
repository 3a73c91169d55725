base:
  '.*':
    - match: pcre
    - users
