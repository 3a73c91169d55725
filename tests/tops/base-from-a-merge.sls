dev: &x
  '*': [users]
<<: {base: *x}
