#!/bin/sh
# Installs the packages of a package-lock.json, and links target/parts/NAME to them.
#
# usage: npm.sh NAME FOLDER
#
# The packages are in the user's cache, which all checkouts share. The name of their folder contains
# a fingerprint of the version of Node.js and of the lock file.
set -eu
cd "$(dirname "$0")/../.."
name=$1
packages=$2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes

fingerprint=$({ node --version; cat "$packages/package-lock.json"; } | cksum | cut -d' ' -f1)
folder=$cache/$name-$fingerprint
mkdir -p "$cache" target/parts

# Two runs may start at the same time.
exec 9>"$folder.lock"
flock 9
if ! [ -e "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir "$folder"
    cp "$packages/package.json" "$packages/package-lock.json" "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    # A script of the package does the same.
    chmod +x "$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    touch "$folder/complete"
fi
ln -sfn "$folder" "target/parts/$name"
