base:
  '*': [users{% if true %}, web{% endif %}]
