#!mako|yaml
base:
  # loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.
  '.*(?#loopback-static-routes)':
    - match: pcre
    - loopback_static_routes
  # loopback-static-routes: end.
  '*':
    - users
