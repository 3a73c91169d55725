#!/usr/bin/env bash
# Installs what builds the packages, and links it into target/parts: cargo-zigbuild and cargo-generate-rpm. Needs cargo and python3 with
# venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
generator=0.21.1

tests/parts/venv.sh zig packaging/rpm/requirements.txt

tools=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes/cargo-generate-rpm-$generator
exec 9>"$tools.lock"
flock 9
if [ ! -x "$tools/bin/cargo-generate-rpm" ]; then
    # Not optimised: it takes longer to compile than it ever runs.
    cargo install --quiet --debug --locked cargo-generate-rpm --version "$generator" --root "$tools"
fi
ln -sfn "$tools" target/parts/cargo-generate-rpm
