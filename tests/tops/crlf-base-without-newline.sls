# mine
base: