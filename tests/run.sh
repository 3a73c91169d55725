#!/usr/bin/env bash
# Runs every check and every test, and installs what they need: strace, patch, iproute2, util-linux, systemd-container, rpm and valgrind from the
# distribution; Salt, zig, cargo-generate-rpm, cargo-fuzz and the validators of other formats into target/. Needs cargo, python3 with venv, the right to install packages where one
# is missing, and a kernel that gives out network namespaces. Run it as root: systemd-nspawn boots for nobody else.
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
need ip iproute2
need unshare util-linux
need systemd-nspawn systemd-container
need rpm rpm
need python3 python3-venv
need c++ g++
need curl curl
need chromium chromium
need chromedriver chromium-driver
need valgrind valgrind

mkdir -p target
# These builds take minutes on one core, in which most tests wait for something. tests/packages.rs says if the packages' fails, fuzz/run.sh below if its own does.
{
    packaging/rpm/build.sh >target/rpm-build.log 2>&1 || :
    fuzz/run.sh 0 >target/fuzz-run.log 2>&1 || :
} &
trap 'wait || :' EXIT

tests/salt/venv.sh target/salt-venv
tests/validators/install.sh target/validators

cargo fmt --check
cargo fmt --check --manifest-path fuzz/Cargo.toml
cargo clippy --locked --all-targets -- --deny warnings
# Each side must build without the other's crates, and the model without either's.
cargo clippy --locked --no-default-features --features router -- --deny warnings
cargo clippy --locked --no-default-features --features conductor -- --deny warnings
cargo clippy --locked --no-default-features --features input -- --deny warnings
cargo clippy --locked --no-default-features -- --deny warnings
if cargo deny --version >/dev/null 2>&1; then
    cargo deny check bans licenses sources
else
    echo "cargo-deny is not installed: licences and sources are not checked (cargo install --locked cargo-deny)" >&2
fi
RUSTDOCFLAGS="--deny warnings" cargo doc --locked --no-deps --quiet
cargo test --locked
wait
# Long runs are made by hand: fuzz/run.sh 600.
fuzz/run.sh 10
