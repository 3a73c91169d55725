base:
  ? '.*'
  :
    - match: pcre
    - users
