- base:
    '*': [users]
