base:
{% if false %}# {% endif %}{% if false %}# {% endif %}{% if true %}    {% endif %}{% if true %}  '*': [users]{% endif %}
