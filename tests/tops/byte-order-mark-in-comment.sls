# ﻿
base:
  '*': [users]
