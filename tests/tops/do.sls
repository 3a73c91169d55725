{% set l = [] %}
{% do l.append('users') %}
base:
  '*': {{ l | tojson }}
