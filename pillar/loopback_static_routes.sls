#!py
# Made by 'loopback-static-routes salt-setup', which also removes it. Gives each minion its
# published document.
#
# It is a single file, since Salt lists every file of the pillar root for each pillar that it
# compiles. It is code instead of 'ignore_missing', since a minion without a document removes its
# routes. So a missing folder must be an error, and not look like a missing document.
import json
import os
import urllib.parse

PUBLISHED = "/nowhere"


def run():
    if not os.path.isfile(os.path.join(PUBLISHED, "manifest.json")):
        raise RuntimeError(f"nothing is published in {PUBLISHED}")
    # The minion id comes from the master, and not from a grain. File names are percent-encoded ids.
    name = urllib.parse.quote(__opts__["id"], safe="").replace(".", "%2E") + ".sls"
    try:
        with open(os.path.join(PUBLISHED, "pillar", "loopback_static_routes", name), encoding="utf-8") as file:
            renderer, document = file.read().split("\n", 1)
    except FileNotFoundError:
        # Only this empty value makes the state remove the routes.
        return {"loopback-static-routes": {}}
    if renderer != "#!json":
        raise RuntimeError(f"{name} is not a document of loopback-static-routes")
    return json.loads(document)
