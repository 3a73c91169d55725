#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "hub-chicago",
"node": "node1",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "f7ff20bd95b923c70f58ca71642ab94c542916482a07ee0f10225b5cf8e1ac76",
"routes": [
{"prefix": "10.200.0.0/24", "metric": 50},
{"prefix": "10.210.0.0/16", "metric": 50},
{"prefix": "172.20.0.0/16", "metric": 200},
{"prefix": "192.0.2.10/32", "metric": 50},
{"prefix": "192.0.2.53/32", "metric": 50},
{"prefix": "192.0.2.54/32", "metric": 50},
{"prefix": "192.0.2.80/32", "metric": 50},
{"prefix": "198.51.100.123/32", "metric": 50},
{"prefix": "198.51.100.200/32", "metric": 50},
{"prefix": "203.0.113.10/32", "metric": 50}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": []
}}
