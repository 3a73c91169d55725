{#- An orchestration that applies the state to the minions whose documents a run changed.

        loopback-static-routes generate CONFIG... --out DIR --json > RUN
        salt-run state.orchestrate loopback_static_routes.push saltenv=plugins pillar='{"run": "RUN", "batch": "50"}'

    A minion gets its new pillar when it applies a state. #}
{%- set run = salt['file.read'](pillar['run']) | load_json %}
{%- set minions = (run.get('outcome') or {}).get('changed-minions', []) %}

{%- if minions %}

{#- If none of the minions has a key, Salt only says that no minion matched. So name them here. #}
loopback-static-routes-minions:
  test.show_notification:
    - text: {{ ('for ' ~ minions | join(', ')) | json }}

{#- In batches, Salt silently skips minions that do not answer. This step names them and fails. The
    other minions still get the state. #}
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
