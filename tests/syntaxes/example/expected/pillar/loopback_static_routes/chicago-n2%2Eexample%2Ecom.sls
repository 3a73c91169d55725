#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "hub-chicago",
"node": "node2",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "aee116babba7cd02231d412ff5f8d8c2885042ae61b45c75f97a63192d43c18e",
"routes": [
{"prefix": "10.200.0.0/24", "metric": 300},
{"prefix": "10.210.0.0/16", "metric": 300},
{"prefix": "192.0.2.53/32", "metric": 300},
{"prefix": "192.0.2.54/32", "metric": 300},
{"prefix": "192.0.2.80/32", "metric": 300},
{"prefix": "198.51.100.123/32", "metric": 300},
{"prefix": "198.51.100.200/32", "metric": 300},
{"prefix": "203.0.113.10/32", "metric": 300}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": []
}}
