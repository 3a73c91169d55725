web: true
