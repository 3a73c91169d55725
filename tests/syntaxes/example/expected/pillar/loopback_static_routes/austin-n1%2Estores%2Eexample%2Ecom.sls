#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-austin",
"node": "node1",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "9264162b5da4058389dea0e0cf534f2e2a49b35e41bd35843ee994da91908695",
"routes": [
{"prefix": "10.200.0.0/24", "metric": 128},
{"prefix": "192.0.2.53/32", "metric": 128},
{"prefix": "192.0.2.54/32", "metric": 128},
{"prefix": "192.0.2.99/32", "metric": 128},
{"prefix": "198.51.100.123/32", "metric": 128},
{"prefix": "198.51.100.200/32", "metric": 128},
{"prefix": "203.0.113.10/32", "metric": 128}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": []
}}
