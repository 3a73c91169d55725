base: ~
