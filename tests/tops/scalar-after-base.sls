base: users
