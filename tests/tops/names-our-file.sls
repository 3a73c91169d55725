base:
  'router*':
    - loopback_static_routes
  '*':
    - users
