base:
  '*: [users]
