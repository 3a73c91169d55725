#!jinja|json
{"base": {"*": ["users"]}}
