#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-1",
"node": "node2",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "563967b3ab61b085a3b528feb2062eeac6946a56ad33be4935c3d901b6733bd1",
"routes": [
{"prefix": "192.0.2.123/32", "metric": 300},
{"prefix": "192.0.2.53/32", "metric": 300},
{"prefix": "192.0.2.54/32", "metric": 300},
{"prefix": "192.0.2.80/32", "metric": 300},
{"prefix": "198.51.100.77/32", "metric": 300}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": [
{"role": "conductor", "host": "203.0.113.250", "port": 930}]
}}
