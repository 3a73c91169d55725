base:
{% if grains['os'] == 'os0' %}
  'w0':
    - web
{% endif %}
{% if grains['os'] == 'os1' %}
  'w1':
    - web
{% endif %}
{% if grains['os'] == 'os2' %}
  'w2':
    - web
{% endif %}
{% if grains['os'] == 'os3' %}
  'w3':
    - web
{% endif %}
{% if grains['os'] == 'os4' %}
  'w4':
    - web
{% endif %}
{% if grains['os'] == 'os5' %}
  'w5':
    - web
{% endif %}
{% if grains['os'] == 'os6' %}
  'w6':
    - web
{% endif %}
{% if grains['os'] == 'os7' %}
  'w7':
    - web
{% endif %}
{% if grains['os'] == 'os8' %}
  'w8':
    - web
{% endif %}
{% if grains['os'] == 'os9' %}
  'w9':
    - web
{% endif %}
{% if grains['os'] == 'os10' %}
  'w10':
    - web
{% endif %}
{% if grains['os'] == 'os11' %}
  'w11':
    - web
{% endif %}
{% if grains['os'] == 'os12' %}
  'w12':
    - web
{% endif %}
{% if grains['os'] == 'os13' %}
  'w13':
    - web
{% endif %}
{% if grains['os'] == 'os14' %}
  'w14':
    - web
{% endif %}
{% if grains['os'] == 'os15' %}
  'w15':
    - web
{% endif %}
{% if grains['os'] == 'os16' %}
  'w16':
    - web
{% endif %}
{% if grains['os'] == 'os17' %}
  'w17':
    - web
{% endif %}
{% if grains['os'] == 'os18' %}
  'w18':
    - web
{% endif %}
{% if grains['os'] == 'os19' %}
  'w19':
    - web
{% endif %}
  '*':
    - users
