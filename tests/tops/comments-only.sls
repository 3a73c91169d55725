# nothing here
# yet
