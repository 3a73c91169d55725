base:
