base:
  '.*(?#loopback-static-routes)':
    - match: pcre
    - loopback_static_routes
  '*':
    - users
