{% block top %}
base:
  '*':
    - users
{% endblock %}
