#!/bin/sh
# Installs a program from crates.io, and links target/parts/CRATE to it: cargo.sh CRATE VERSION.
set -eu
cd "$(dirname "$0")/../.."
. tests/parts/once.sh
crate=$1
version=$2

install() {
    # A debug build: an optimised one takes longer to compile than the program ever runs.
    cargo install --quiet --debug --locked "$crate" --version "$version" --root "$folder"
}

once "$crate" "$crate-$version"
