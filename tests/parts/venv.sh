#!/bin/sh
# Creates a Python environment with these packages, and links target/parts/NAME to it.
#
# usage: venv.sh NAME REQUIREMENTS
#
# The environment is in the user's cache, which all checkouts share. Its name contains a fingerprint
# of the version of Python and of the requirements.
set -eu
cd "$(dirname "$0")/../.."
name=$1
requirements=$2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes

command -v python3 >/dev/null || { echo "missing python3; install it" >&2; exit 1; }
fingerprint=$({ python3 --version; cat "$requirements"; } | cksum | cut -d' ' -f1)
folder=$cache/$name-$fingerprint
mkdir -p "$cache" target/parts

# Two runs may start at the same time.
exec 9>"$folder.lock"
flock 9
if ! [ -e "$folder/complete" ]; then
    rm -rf "$folder"
    python3 -m venv "$folder" >&2 || { echo "missing module venv of python3; install it (Debian: python3-venv)" >&2; exit 1; }
    "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements" >&2
    touch "$folder/complete"
fi
ln -sfn "$folder" "target/parts/$name"
