{% raw %}
base:
  '*':
    - users
{% endraw %}
