# The pillar of the site.

base:
  # all
  '*':
    - users # everybody
# the end
