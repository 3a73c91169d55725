#!jinja|yaml
# Gives each minion the document that is named after it. The id is the master's own view of who asks, not a grain. The file
# names are the ids percent-encoded: a dot would be a folder to Salt, * ? [ a pattern, and some letters are special to YAML.
# The revision comes last, since it is published first: so a new document never comes with an old revision.
{{ saltenv }}:
  '*':
    - ignore_missing: True
    - {{ ('loopback_static_routes.' ~ (opts.id | urlencode | replace('.', '%2E'))) | json }}
    - loopback_static_routes_revision
