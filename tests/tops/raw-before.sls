{% raw %}
# {% if false %} {{ x
{% endraw %}
base:
  '*':
    - users
