base:
{#-#}
  '*': [users]
