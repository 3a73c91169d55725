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
    # Only an empty document makes the state remove the routes.
    pillar = published("loopback_static_routes", name) or {"loopback-static-routes": {}}
    # The revision is published before the documents, and read after them. So a new document never
    # comes with an old revision.
    pillar.update(published("loopback_static_routes_revision.sls") or {})
    return pillar


def published(*path):
    try:
        with open(os.path.join(PUBLISHED, "pillar", *path), encoding="utf-8") as file:
            renderer, document = file.read().split("\n", 1)
    except FileNotFoundError:
        return None
    if renderer != "#!json":
        raise RuntimeError(f"{path[-1]} is not a document of loopback-static-routes")
    return json.loads(document)
