{#
base:
  '*':
    - users
#}
dev:
  '*':
    - users
