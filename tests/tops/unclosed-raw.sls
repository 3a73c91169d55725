base:
  '*':
    - users
{% raw %}
