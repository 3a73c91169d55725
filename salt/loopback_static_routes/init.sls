{#- Brings a node to what its pillar says: docs/deployment.md.

    The document goes to the router's program as it is, through a serializer: no text of it passes through YAML or a template. #}
{%- set folder = '/var/lib/128technology/plugins/loopback-static-routes' %}
{%- set config = folder ~ '/config.json' %}
{%- set package = '128T-loopback-static-routes-router' %}
{%- set program = '/usr/bin/handle_loopback_static_route_config' %}
{%- set units = ['128T-handle-loopback-static-routes-config.path', '128T-loopback-static-routes-watch.timer'] %}
{#- Without a document for this minion the key is there and empty. Where it is not there at all, nobody was asked: another pillar environment,
    say, or a set-up that was undone. That must not look like a node that has left the authority. #}
{%- set is_asked = 'loopback-static-routes' in pillar %}
{%- set document = pillar.get('loopback-static-routes') or {} %}

{%- if document.get('enabled') %}

loopback-static-routes-program:
{%- if grains['os_family'] == 'RedHat' %}
  pkg.installed:
    - name: {{ package }}
{%- else %}
  {#- The product runs on nothing else; where it is tried, the program is there by other means. #}
  file.exists:
    - name: {{ program }}
{%- endif %}

loopback-static-routes-document:
  file.serialize:
    - name: {{ config }}
    - dataset_pillar: loopback-static-routes
    - serializer: json
    - user: root
    - group: root
    - mode: '0644'
    - makedirs: True
    - dir_mode: '0755'
    - show_changes: False
    - require:
      - loopback-static-routes-program

{%- for unit in units %}

{{ unit }}:
  service.running:
    - enable: True
    - require:
      - loopback-static-routes-document
{%- endfor %}

{%- elif salt['file.file_exists'](config) and not is_asked %}

loopback-static-routes-document:
  test.fail_without_changes:
    - name: the pillar does not have the key loopback-static-routes, so it cannot be told what this node is to have; is salt-setup done, and the pillar that of base?

{%- elif salt['file.file_exists'](config) %}

{#- The plugin is off here, or the node is not the authority's any more. What it had installed goes; the program cleans up after itself. #}
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
    - serializer: json
    - user: root
    - group: root
    - mode: '0644'
    - show_changes: False
{%- endif %}

{%- if document.get('enabled') or (is_asked and salt['file.file_exists'](config)) %}

{#- The path unit would do it too. Here it is waited for, so that the state tells whether it was done. #}
loopback-static-routes-applied:
  cmd.run:
    - name: systemctl start 128T-handle-loopback-static-routes-config.service
    - onchanges:
      - loopback-static-routes-document
{%- endif %}
