{% for n in [1] %}{% for n in [1] %}{% for n in [1] %}{% for n in [1] %}{% for n in [1] %}{% for n in [1] %}{% for n in [1] %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}
base:
  '*': [users]
