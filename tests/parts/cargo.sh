#!/bin/sh
# Installs a program from crates.io, and links target/parts/CRATE to it: cargo.sh CRATE VERSION.
#
# The program is installed into the user's cache, which all checkouts share.
set -eu
cd "$(dirname "$0")/../.."
crate=$1
version=$2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes/$crate-$version
mkdir -p "$folder" target/parts

# Two runs may start at the same time.
exec 9>"$folder.lock"
flock 9
if ! [ -x "$folder/bin/$crate" ]; then
    # A debug build: an optimised one takes longer to compile than the program ever runs.
    cargo install --quiet --debug --locked "$crate" --version "$version" --root "$folder"
fi
ln -sfn "$folder" "target/parts/$crate"
