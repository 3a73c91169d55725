#!py
def run():
    return {'base': {'*': ['users']}}
