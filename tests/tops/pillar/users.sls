users: true
