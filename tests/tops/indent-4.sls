base:
    '*':
        - users
    'web*':
        - web
