{% import_yaml 'users.sls' as data %}
base:
  '*': {# {{ data }} #}
    - users
