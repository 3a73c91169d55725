#!/usr/bin/env bash
# Builds a wheel of the conductor's program, for CI with Python: build.sh [FOLDER], into
# target/wheel by default. Needs the programs that packaging/rpm/build.sh has built, and the Python
# environment of packaging/rpm/tools.sh.
#
# maturin would compile the program again. This wheel has the same program as the packages, and the
# package `wheel` of the Python Packaging Authority writes its format.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=${1:-target/wheel}
program=target/programs/loopback-static-routes
[ -x "$program" ] || { echo "missing $program; run packaging/rpm/build.sh first" >&2; exit 1; }
packaging/rpm/tools.sh
field() {
    sed -n '/^\[package\]/,/^\[/s/^'"$1"' = "\(.*\)"/\1/p' Cargo.toml
}
version=$(field version)
name=loopback_static_routes-$version
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

install -D -m 755 "$program" "$root/$name/$name.data/scripts/loopback-static-routes"
mkdir "$root/$name/$name.dist-info"
cat >"$root/$name/$name.dist-info/WHEEL" <<WHEEL
Wheel-Version: 1.0
Generator: packaging/wheel/build.sh
Root-Is-Purelib: false
Tag: py3-none-manylinux_2_17_x86_64
Tag: py3-none-manylinux2014_x86_64
WHEEL
{
    cat <<METADATA
Metadata-Version: 2.1
Name: loopback-static-routes
Version: $version
Summary: $(field description)
Home-page: $(field homepage)
Requires-Python: >=3.6
Description-Content-Type: text/markdown

METADATA
    cat README.md
} >"$root/$name/$name.dist-info/METADATA"
rm -rf "$out"
mkdir -p "$out"
# The times in the wheel are those of this variable, so two builds give the same bytes. ZIP has no
# time before 1980.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800} target/parts/zig/bin/python -m wheel pack --dest-dir "$out" "$root/$name" >/dev/null
ls "$out"
