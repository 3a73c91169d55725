base:
  'rü*':  # 日本
    - users
  '*':
    - web
