base:
{#- all #}
  '*':
    - users
