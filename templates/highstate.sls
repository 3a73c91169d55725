#!jinja|yaml
# Made by 'loopback-static-routes salt-setup', which also removes it. Puts the state of the
# environment 'plugins' into the highstate of each minion. If the state is missing, because the
# package was erased, the other states of the minion are applied nevertheless.
{%- if 'loopback_static_routes' in salt['cp.list_states']('plugins') %}
include:
  - plugins: loopback_static_routes
{%- else %}
loopback-static-routes-missing:
  test.fail_without_changes:
    - name: the environment plugins has no state loopback_static_routes; install its package, or run salt-setup --undo
{%- endif %}
