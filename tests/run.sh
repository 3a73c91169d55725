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

# Downloads run in parallel with the build.
step setup tests/setup.sh & setup=$!
# kill fails without jobs, and its status must not become the status of the script.
trap 'kill $(jobs -p) 2>/dev/null || :; wait || :' EXIT
step format cargo fmt --all --check
# Clippy compiles the project's own crates here, because checking all crates again takes longer than
# its lints. tests/long.sh checks the workspace member in fuzz too.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings
step build cargo test --locked --no-run --lib --bins --examples --tests --benches
wait "$setup"
# tests/long.sh builds and tests the programs of a release. Here, the packages have those of the
# tests.
step packages packaging/release.sh --programs target/debug
# Most tests with real parts wait, so they run in parallel with the others. Two of them are left to
# the long lane: `chain` repeats what the page on deployment goes through, with more changes of the
# configuration, and `two_conductors` repeats the order of revisions with two masters.
step real cargo test --locked --test real -- --ignored --test-threads 8 --skip release:: --skip chain:: --skip two_conductors:: & real=$!
step fast cargo test --locked
# Each side builds without the crates of the other, and without a warning.
step conductor cargo check --locked --no-default-features --features conductor --bin loopback-static-routes
step router cargo check --locked --no-default-features --features router --bin handle_loopback_static_route_config
step doc env RUSTDOCFLAGS='--deny warnings' cargo doc --locked --no-deps
if cargo deny --version >/dev/null 2>&1; then
    step deny cargo deny check bans licenses sources
else
    echo "cargo-deny is not installed: licences and sources are not checked (cargo install --locked cargo-deny)" >&2
fi
wait "$real"
echo "all: $((SECONDS - start)) s"
