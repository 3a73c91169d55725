﻿base:
  '*': [users]
