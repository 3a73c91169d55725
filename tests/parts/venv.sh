#!/bin/sh
# Makes a Python environment: venv.sh FOLDER [REQUIREMENTS], with no REQUIREMENTS the one for the tests with real Salt. Does nothing where it is
# complete.
set -eu

folder=$1
requirements=${2:-$(dirname "$0")/requirements.txt}

fail() {
    echo "the tests need $1" >&2
    exit 1
}

command -v python3 >/dev/null || fail "python3"
fingerprint="$(python3 --version) $(cksum <"$requirements")"
command -v flock >/dev/null || fail "flock (util-linux)"

mkdir -p "$(dirname "$folder")"
# Two test runs may start at once.
exec 9>"$folder.lock"
flock 9
if [ "$(cat "$folder/complete" 2>/dev/null)" = "$fingerprint" ]; then
    exit 0
fi
rm -rf "$folder"
python3 -m venv "$folder" >&2 || fail "python3's module venv (Debian: python3-venv)"
"$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
printf '%s\n' "$fingerprint" >"$folder/complete"
