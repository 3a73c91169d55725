base: &all
  '*':
    - users
