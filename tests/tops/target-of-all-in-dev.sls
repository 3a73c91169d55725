base:
  '*':
    - users
dev:
  '.*':
    - match: pcre
    - web
