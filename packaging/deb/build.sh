#!/usr/bin/env bash
# Builds a Debian package of the conductor's program, for hosts of CI: build.sh [FOLDER], into
# target/deb by default. Needs dpkg-deb, and the files that packaging/rpm/build.sh has built.
#
# It has neither units nor Salt states, because only a conductor uses them.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=${1:-target/deb}
name=loopback-static-routes
stage=target/rpm-stage
program=target/programs/$name
[ -x "$program" ] && [ -d "$stage" ] || { echo "missing $program; run packaging/rpm/build.sh first" >&2; exit 1; }
version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

install -D -m 755 "$program" "$root/usr/bin/$name"
install -D -m 644 "$stage/completions.bash" "$root/usr/share/bash-completion/completions/$name"
install -D -m 644 "$stage/completions.zsh" "$root/usr/share/zsh/vendor-completions/_$name"
install -D -m 644 "$stage/completions.fish" "$root/usr/share/fish/vendor_completions.d/$name.fish"
install -D -m 644 -t "$root/usr/share/man/man1" "$stage"/$name*.1.gz
install -D -m 644 -t "$root/usr/share/$name/schema" schema/*.json
install -D -m 644 -t "$root/usr/share/doc/$name" README.md CHANGELOG.md
for folder in docs docs/commands docs/rules; do
    install -D -m 644 -t "$root/usr/share/doc/$name/$folder" "$folder"/*.md
done

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: amd64
Maintainer: the project <root@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= 2.17)
Section: net
Priority: optional
Description: loopback static routes of 128T routers: the conductor's program
 Checks authority configurations, compares them, and generates the routes of each router.
CONTROL
rm -rf "$out"
mkdir -p "$out"
# The times in the package are those of this variable, so two builds give the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} dpkg-deb --build ${COMPRESSION:+-Zgzip -z$COMPRESSION} --root-owner-group "$root" "$out" >/dev/null
ls "$out"
