{base: {'*': [users]}}
