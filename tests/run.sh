#!/usr/bin/env bash
# Runs every check and every test, and installs their parts with tests/setup.sh.
#
# Run it as root, since systemd-nspawn boots for root only. It needs cargo, python3, and a kernel
# with network namespaces. tests/long.sh is the long lane, for before a release.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "tests/run.sh needs root, because some tests boot systemd; run cargo test for the others" >&2; exit 2; }
start=$SECONDS
# A first build is faster without the files for the next one.
[ -d target/debug/incremental ] || export CARGO_INCREMENTAL=0
mkdir -p target/logs

# step NAME COMMAND...: runs a command, prints its output if it fails, and prints its time.
step() {
    local name=$1 began=$SECONDS
    shift
    if ! "$@" >"target/logs/$name.log" 2>&1; then
        cat "target/logs/$name.log"
        echo "$name: FAILED after $((SECONDS - began)) s" >&2
        return 1
    fi
    grep '^test result: ' "target/logs/$name.log" || :
    echo "$name: $((SECONDS - began)) s, done at $((SECONDS - start)) s"
}

# The packages also show that each side builds without the crates of the other, and without a
# warning.
prepare() {
    step setup tests/setup.sh
    touch target/logs/is-set-up
    step packages packaging/release.sh --quick
}

# Slow steps start first. Downloads, and most tests with real parts, wait, so they run in parallel
# with the builds.
rm -f target/logs/is-set-up
prepare & packages=$!
# kill fails without jobs, and its status must not become the status of the script.
trap 'kill $(jobs -p) 2>/dev/null || :; wait || :' EXIT
step format cargo fmt --all --check
step build cargo test --locked --no-run
until [ -e target/logs/is-set-up ]; do
    kill -0 "$packages" 2>/dev/null || wait "$packages"
    sleep 0.2
done
step real cargo test --locked --test real -- --ignored --test-threads 8 --skip packages:: --skip instructions:: --skip release:: & real=$!
step fast cargo test --locked
step clippy cargo clippy --locked --workspace --all-targets -- --deny warnings
step doc env RUSTDOCFLAGS='--deny warnings' cargo doc --locked --no-deps
if cargo deny --version >/dev/null 2>&1; then
    step deny cargo deny check bans licenses sources
else
    echo "cargo-deny is not installed: licences and sources are not checked (cargo install --locked cargo-deny)" >&2
fi
wait "$packages"
step packaged cargo test --locked --test real -- --ignored packages:: instructions::
wait "$real"
echo "all: $((SECONDS - start)) s"
