base:
  "\x2e*":
    - match: pcre
    - users
