#!/bin/sh
# Installs a program from crates.io, and links target/parts/CRATE to it: cargo.sh CRATE VERSION.
#
# The program is in the user's cache, so that all checkouts share it.
set -eu
cd "$(dirname "$0")/../.."
crate=$1
version=$2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes/$crate-$version
mkdir -p "$folder" target/parts

# Two runs may start at once.
exec 9>"$folder.lock"
flock 9
if ! [ -x "$folder/bin/$crate" ]; then
    # Not optimised: it takes longer to compile than it ever runs.
    cargo install --quiet --debug --locked "$crate" --version "$version" --root "$folder"
fi
ln -sfn "$folder" "target/parts/$crate"
