base: # all minions
  '*':
    - users
