{#- An orchestration: applies the state on the minions whose documents a run of the generator changed, and on no other.

        loopback-static-routes generate CONFIG... --out DIR --json > RUN
        salt-run state.orchestrate loopback_static_routes.push saltenv=plugins pillar='{"run": "RUN", "batch": "50"}'

    A minion takes its pillar anew when it applies a state. #}
{%- set run = salt['file.read'](pillar['run']) | load_json %}
{%- set minions = (run.get('outcome') or {}).get('changed-minions', []) %}

{%- if minions %}

{#- Where none of them has a key, Salt says no more than that none matched. #}
loopback-static-routes-minions:
  test.show_notification:
    - text: {{ ('for ' ~ minions | join(', ')) | json }}

{#- In batches, Salt leaves out who does not answer without a word. Here they are named, and the run fails; the others are served all the same. #}
loopback-static-routes-answer:
  salt.function:
    - name: test.ping
    - tgt: {{ minions | json }}
    - tgt_type: list
    - expect_minions: True
    - timeout: {{ pillar.get('timeout', 15) | int }}

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
