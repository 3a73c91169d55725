{#- Applies the pillar document of a node: docs/salt.md.

    A serializer writes the document to a file, so no text of it passes through YAML or a template. #}
{%- from tpldir ~ '/peers.jinja' import is_local, is_strict, peers, problems with context %}
{%- from tpldir ~ '/revision.jinja' import is_lagging, kept, offered, revision_file, revision_problem with context %}
{%- set folder = '/var/lib/128technology/plugins/loopback-static-routes' %}
{%- set config = folder ~ '/config.json' %}
{%- set peers_file = folder ~ '/peers.json' %}
{%- set package = 'loopback-static-routes-router' %}
{%- set program = '/usr/bin/handle_loopback_static_route_config' %}
{%- set units = ['128T-handle-loopback-static-routes-config.path', '128T-loopback-static-routes-watch.timer'] %}
{#- A minion without a document has the key with an empty value. A missing key means that the pillar
    is not connected: salt-setup was undone, for instance, or the pillar is of another environment.
    That must not look like a node that was removed from the authority. #}
{%- set is_connected = 'loopback-static-routes' in pillar %}
{%- set document = pillar.get('loopback-static-routes') or {} %}
{%- set is_accepted = not is_lagging and not revision_problem and not is_local %}
{%- set is_on = is_accepted and document.get('enabled') %}

{#- The removal of the routes is a change too, so the peers stay on a node whose plugin is off. A
    node that was removed from the authority keeps those that it had. #}
{%- set is_applied = is_on or ((is_connected or is_local) and salt['file.file_exists'](config)) %}
{%- set has_peers = is_local or (is_accepted and is_applied and (document or not salt['file.file_exists'](peers_file))) %}

{%- if is_local %}

{#- The document is made on this router, from a configuration that the conductor does not know. #}
loopback-static-routes-local:
  test.configurable_test_state:
    - name: own document
    - changes: False
    - result: True
    - comment: this router makes its own document
{%- elif is_lagging %}

{#- Another conductor has delivered a later document, or its removal. Both stay as they are. #}
loopback-static-routes-lags:
  test.configurable_test_state:
    - name: conductor lags
    - changes: False
    - result: True
    - comment: 'conductor lags: it has revision {{ offered }}, and this router keeps its document of revision {{ kept }}'
{%- elif revision_problem %}

loopback-static-routes-revision:
  test.fail_without_changes:
    - name: {{ ('invalid pillar: ' ~ revision_problem) | json }}
{%- elif is_applied and offered is not none %}

{#- Before the document. If a run is interrupted between the two, the next one with this revision, or
    a later one, goes on. #}
loopback-static-routes-revision:
  file.managed:
    - name: {{ revision_file }}
    - contents: '{{ offered }}'
    - user: root
    - group: root
    - mode: '0644'
    - makedirs: True
    - dir_mode: '0755'
    - show_changes: False
{%- elif is_connected and kept is not none %}

{#- Without revisions, there is no order. #}
loopback-static-routes-revision:
  file.absent:
    - name: {{ revision_file }}
{%- endif %}

{%- if has_peers and problems %}

loopback-static-routes-peers:
  test.fail_without_changes:
    - name: {{ ('invalid pillar: ' ~ problems | join('; ')) | json }}
{%- elif has_peers %}

{#- Before the document, so that the program never reads a document without its peers. #}
loopback-static-routes-peers:
  file.serialize:
    - name: {{ peers_file }}
    - dataset: {{ peers | json }}
    - formatter: json
    - user: root
    - group: root
    - mode: '0644'
    - makedirs: True
    - dir_mode: '0755'
    - show_changes: False
{%- endif %}

{%- if is_on or is_local %}

loopback-static-routes-program:
{%- if grains['os_family'] == 'RedHat' %}
  pkg.installed:
    - name: {{ package }}
{%- else %}
  {#- The product runs on RedHat only. Tests use other systems, and install the program themselves. #}
  file.exists:
    - name: {{ program }}
{%- endif %}
{%- endif %}

{%- if is_on %}

loopback-static-routes-document:
  file.serialize:
    - name: {{ config }}
    - dataset_pillar: loopback-static-routes
    - formatter: json
    - user: root
    - group: root
    - mode: '0644'
    - makedirs: True
    - dir_mode: '0755'
    - show_changes: False
    - require:
      - loopback-static-routes-program
      - loopback-static-routes-peers
{%- elif is_accepted and salt['file.file_exists'](config) and not is_connected %}

loopback-static-routes-document:
  test.fail_without_changes:
    - name: missing pillar key loopback-static-routes, so nothing was changed; run salt-setup, and use the pillar of the environment base

{%- elif is_accepted and salt['file.file_exists'](config) %}

{#- The plugin is off, or the node was removed from the authority. The program cleans up. #}
loopback-static-routes-document:
  file.serialize:
    - name: {{ config }}
    - dataset:
        format-version: 1
        router: {{ document.get('router', 'none') | json }}
        node: {{ document.get('node', 'none') | json }}
        enabled: false
        interface: kni254
        gateway: 169.254.127.126
        routes: []
    - formatter: json
    - user: root
    - group: root
    - mode: '0644'
    - show_changes: False
{%- if has_peers %}
    - require:
      - loopback-static-routes-peers
{%- endif %}
{%- endif %}

{%- if is_on or is_local %}
{%- for unit in units %}

{{ unit }}:
  service.running:
    - enable: True
    - require:
      - loopback-static-routes-{{ 'document' if is_on else 'program' }}
{%- endfor %}
{%- endif %}

{%- if is_applied %}

{#- The program runs the service, so a state that failed is tried again. It prints what changed, and
    a comment. Salt knows the option for test=True only if the program is installed already. #}
loopback-static-routes-applied:
  cmd.run:
    - name: {{ program }} salt-state{{ ' --strict' if is_strict else '' }}
{%- if salt['file.file_exists'](program) %}
    - stateful:
      - test_name: {{ program }} salt-state --test
{%- else %}
    - stateful: True
{%- endif %}
{%- if is_accepted %}
    - require:
      - loopback-static-routes-document
{%- endif %}
{%- endif %}

{%- if is_applied %}

{#- `fleet --cached` reads the status from the master. Salt calls a slot when it runs the step, which
    is the last one, also after one that failed. #}
loopback-static-routes-status:
  test.nop:
    - name: status for fleet --cached
    - sent: __slot__:salt:mine.send(loopback_static_routes, '{{ program }} status --json --summary', mine_function=cmd.run_all)
    - order: last
{%- endif %}

{%- if is_accepted and not is_applied and not salt['file.file_exists'](config) and not (is_connected and kept is not none) %}

{#- There is no step above. Salt reports a highstate without any step as failed. #}
loopback-static-routes-none:
  test.nop:
    - name: this minion never had a document
{%- endif %}
