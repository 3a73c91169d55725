base:{% raw %}
{% endraw %}  '*': [users]
