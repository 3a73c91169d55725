base:
  # loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.
  'router*':
    - match: glob
    - loopback_static_routes
  # loopback-static-routes: end.
  '*':
    - users
