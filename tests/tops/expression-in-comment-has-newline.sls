base:
  # {{ "all\n  'web*':" }}
    'db*': [db]
