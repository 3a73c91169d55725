#!jinja|yaml
# Gives each minion the document that is named after it. The id is the master's own view of who asks, not a grain. The file
# names are the ids with the characters escaped that Salt takes for folders (.) and for globs (* ? [).
{{ saltenv }}:
  '*':
    - ignore_missing: True
    - {{ ('loopback_static_routes.' ~ (opts.id | replace('%', '%25') | replace('.', '%2E') | replace('*', '%2A') | replace('?', '%3F') | replace('[', '%5B'))) | json }}
