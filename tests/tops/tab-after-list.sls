base:
  '*': [users]	
