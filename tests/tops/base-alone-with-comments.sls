# top
base:  # nothing yet

  # later
