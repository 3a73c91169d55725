base:
  '.*(?#loopback-static-routes)':
    - match: pcre
    - loopback_static_routes
  # loopback-static-routes: end.
  '*':
    - users
