#!/usr/bin/env bash
# Builds all files of a release, and their checksums: release.sh [--programs FOLDER | --quick]
# [FOLDER], into target/release-files by default. The options are for the tests
# (packaging/rpm/build.sh).
#
# The programs run on Linux with glibc 2.17 or later, on x86_64.
set -euo pipefail
cd "$(dirname "$0")/.."

options=()
case ${1:-} in
    --quick)
        options=(--quick)
        shift
        ;;
    --programs)
        options=(--programs "$2")
        export COMPRESSION=1
        shift 2
        ;;
esac
out=${1:-target/release-files}
packaging/rpm/build.sh "${options[@]}" >/dev/null
packaging/deb/build.sh >/dev/null
packaging/wheel/build.sh >/dev/null

version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=loopback-static-routes-$version-x86_64-linux
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
install -D -m 755 -t "$root/$name/bin" target/programs/loopback-static-routes target/programs/handle_loopback_static_route_config
install -D -m 644 -t "$root/$name/share/man/man1" target/rpm-stage/loopback-static-routes*.1.gz
install -D -m 644 -t "$root/$name/share/man/man8" target/rpm-stage/handle_loopback_static_route_config.8.gz
install -D -m 644 -t "$root/$name/share/completions" target/rpm-stage/completions.* packaging/completions/*
install -D -m 644 -t "$root/$name/share/schema" schema/*.json
install -m 644 -t "$root/$name" README.md CHANGELOG.md

rm -rf "$out"
mkdir -p "$out"
# The same files give the same bytes.
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" --directory "$root" "$name" |
    gzip "-${COMPRESSION:-9}n" >"$out/$name.tar.gz"
cp target/rpm/*.rpm target/deb/*.deb target/wheel/*.whl "$out/"
(cd "$out" && sha256sum -- * >SHA256SUMS)
ls "$out"
