base:
 '*': [users]
