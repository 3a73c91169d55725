base:
{% if false %}
  '.*(?#loopback-static-routes)':
    - match: pcre
    - loopback_static_routes
{% endif %}
  '*':
    - users
