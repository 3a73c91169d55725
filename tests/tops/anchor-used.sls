base: &all
  '*':
    - users
dev: *all
