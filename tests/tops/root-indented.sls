  base:
    '*':
      - users
