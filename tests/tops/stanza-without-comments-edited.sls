base:
  '.*(?#loopback-static-routes)':
    - match: pcre
    - users
    - loopback_static_routes
  '*':
    - users
