dev: &all
  '*':
    - users
base: *all
