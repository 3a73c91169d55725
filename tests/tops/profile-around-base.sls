{% profile as 'top' %}
base:
  '*':
    - users
{% endprofile %}
