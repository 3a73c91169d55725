base:
- '*': [users]
