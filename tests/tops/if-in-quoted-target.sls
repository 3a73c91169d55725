base:
  '{% if true %}*{% else %}web*{% endif %}': [users]
