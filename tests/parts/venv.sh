#!/bin/sh
# Creates a Python environment with these packages, and links target/parts/NAME to it.
#
# usage: venv.sh NAME REQUIREMENTS
#
# The name of its folder contains a fingerprint of the version of Python and of the requirements.
set -eu
cd "$(dirname "$0")/../.."
. tests/parts/once.sh
name=$1
requirements=$2

# Salt starts a quarter faster with the distribution's Python than with one that was built without
# a profile.
python=/usr/bin/python3
"$python" -c 'import ensurepip, venv' 2>/dev/null || python=python3
command -v "$python" >/dev/null || { echo "missing python3; install it" >&2; exit 1; }
fingerprint=$({ echo "$python"; "$python" --version; cat "$requirements"; } | cksum | cut -d' ' -f1)

install() {
    "$python" -m venv "$folder" >&2 || { echo "missing module venv of python3; install it (Debian: python3-venv)" >&2; exit 1; }
    # The list is complete.
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement "$requirements" >&2
}

once "$name" "$name-$fingerprint"
