#!/usr/bin/env jinja
base:
  '*':
    - users
