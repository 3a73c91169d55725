#!/bin/sh
# Extracts Debian's NetworkManager into target/parts/network-manager, with the libraries that this
# machine lacks. Nothing is installed, so NetworkManager never runs on the machine itself.
#
# The package stays in the user's cache, which all checkouts share.
set -eu
cd "$(dirname "$0")/../../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes
folder=$cache/network-manager
mkdir -p "$cache" target/parts

# Two runs may start at the same time.
exec 9>"$folder.lock"
flock 9
if ! [ -e "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # A simulated installation names the packages.
    packages=$(apt-get --simulate --no-install-recommends --option APT::Get::ReInstall=true install network-manager |
        sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    (cd "$work" && apt-get download --quiet --quiet network-manager $packages >&2)
    for package in "$work"/*.deb; do
        dpkg --extract "$package" "$folder"
    done
    touch "$folder/complete"
fi
ln -sfn "$folder" target/parts/network-manager
