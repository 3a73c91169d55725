base:
  '*': !mine
    - users
