#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-1",
"node": "node1",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "2309c74b2e7acc34608e2defd65293b9d4cbc1d5302bd48d8f1d7ec4b373c87e",
"routes": [
{"prefix": "192.0.2.123/32", "metric": 128},
{"prefix": "192.0.2.53/32", "metric": 128},
{"prefix": "192.0.2.54/32", "metric": 128},
{"prefix": "192.0.2.80/32", "metric": 128},
{"prefix": "198.51.100.0/24", "metric": 200},
{"prefix": "198.51.100.77/32", "metric": 128},
{"prefix": "203.0.113.7/32", "metric": 128}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": [
{"role": "conductor", "host": "203.0.113.250", "port": 930}]
}}
