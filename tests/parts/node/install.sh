#!/bin/sh
# Installs the packages of package-lock.json, and links target/parts/node to them.
#
# The name of their folder contains a fingerprint of the version of Node.js and of the lock file.
set -eu
cd "$(dirname "$0")/../../.."
. tests/parts/once.sh
packages=tests/parts/node
fingerprint=$({ node --version; cat "$packages/package-lock.json"; } | cksum | cut -d' ' -f1)

install() {
    cp "$packages/package.json" "$packages/package-lock.json" "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    # A script of the package does the same.
    chmod +x "$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
}

once node "node-$fingerprint"
