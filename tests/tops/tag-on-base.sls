base: !!map
  '*':
    - users
