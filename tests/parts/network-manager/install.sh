#!/bin/sh
# Extracts Debian's NetworkManager into target/parts/network-manager, with the libraries that this
# machine lacks. Nothing is installed, so NetworkManager never runs on the machine itself.
set -eu
cd "$(dirname "$0")/../../.."
. tests/parts/once.sh

install() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # A simulated installation names the packages.
    packages=$(apt-get --simulate --no-install-recommends --option APT::Get::ReInstall=true install network-manager |
        sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    (cd "$work" && apt-get download --quiet --quiet network-manager $packages >&2)
    for package in "$work"/*.deb; do
        dpkg --extract "$package" "$folder"
    done
}

once network-manager network-manager
