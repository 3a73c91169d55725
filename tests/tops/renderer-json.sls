#!json
{"base": {"*": ["users"]}}
