{#- An orchestration: applies the state on the minions whose documents a run of the generator changed, and on no other.

        loopback-static-routes generate CONFIG... --out DIR --json > RUN
        salt-run state.orchestrate loopback_static_routes.push saltenv=plugins pillar='{"run": "RUN", "batch": "50"}'

    A minion takes its pillar anew when it applies a state. #}
{%- set run = salt['salt.cmd']('file.read', pillar['run']) | load_json %}
{%- set minions = (run.get('outcome') or {}).get('changed-minions', []) %}

{%- if minions %}

loopback-static-routes-push:
  salt.state:
    - tgt: {{ minions | json }}
    - tgt_type: list
    - sls: loopback_static_routes
    - saltenv: plugins
    - batch: {{ pillar.get('batch', '50') | string | json }}
{%- else %}

loopback-static-routes-push:
  test.succeed_without_changes:
    - name: no minion's document changed
{%- endif %}
