base: {# all #}
  '*':
    - users
