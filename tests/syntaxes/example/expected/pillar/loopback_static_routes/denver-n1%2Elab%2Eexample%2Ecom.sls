#!json
{"loopback-static-routes": {
"format-version": 1,
"router": "branch-denver",
"node": "node1",
"enabled": false,
"interface": "kni254",
"gateway": "169.254.127.126",
"routes": []
},
"loopback-static-routes-peers": {
"format-version": 1,
"peers": []
}}
