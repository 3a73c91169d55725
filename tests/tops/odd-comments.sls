base:
# at the margin
      # far right
  '*':
    - users
