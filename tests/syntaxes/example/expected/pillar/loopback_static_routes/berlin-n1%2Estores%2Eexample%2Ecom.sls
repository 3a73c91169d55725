#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-berlin",
"node": "node1",
"enabled": true,
"interface": "kni254",
"gateway": "169.254.127.126",
"route-file-sha256": "6cb2dc1485a3425d3cc1fe657191511fcbe528f4e32595b3b2b615f88d67c194",
"routes": [
{"prefix": "0.0.0.0/0", "metric": 100}]
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": []
}}
