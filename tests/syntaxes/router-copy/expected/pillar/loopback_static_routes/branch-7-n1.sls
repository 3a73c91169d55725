#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-7",
"node": "node1",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "8e87c342b33fe63240e488715512469de1a2d95ed95f051457043b34ac4286b5",
"routes": [
{"prefix": "203.0.113.250/32", "metric": 0}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": [
{"role": "conductor", "host": "203.0.113.250", "port": 930}]
}}
