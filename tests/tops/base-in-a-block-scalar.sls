dev:
  'web*':
    - match: glob
    - note: |
        base:
          x
