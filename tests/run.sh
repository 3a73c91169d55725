#!/usr/bin/env bash
# Runs every check and every test, and installs what they need: strace and patch from the distribution, Salt from PyPI into
# target/salt-venv. Needs cargo, python3 with venv, and the right to install packages where strace or patch is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
    command -v "$1" >/dev/null && return
    echo "installing $2" >&2
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq "$2" >/dev/null
}

need strace strace
need patch patch
need python3 python3-venv

tests/salt/venv.sh target/salt-venv

cargo fmt --check
cargo clippy --locked --all-targets -- --deny warnings
# The router's side must build without the conductor's crates.
cargo check --locked --no-default-features
if cargo deny --version >/dev/null 2>&1; then
    cargo deny check bans licenses sources
else
    echo "cargo-deny is not installed: licences and sources are not checked (cargo install --locked cargo-deny)" >&2
fi
RUSTDOCFLAGS="--deny warnings" cargo doc --locked --no-deps --quiet
cargo test --locked
