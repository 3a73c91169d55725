"b\x61se":
  '*':
    - users
