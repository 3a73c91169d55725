base:
  '*': [users] # 
