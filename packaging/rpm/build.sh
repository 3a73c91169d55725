#!/usr/bin/env bash
# Builds the packages: build.sh [FOLDER], target/rpm by default. Needs cargo and python3 with venv; fetches its tools into target/.
#
# The programs are linked against glibc 2.17, so that one binary runs on EL7 and all that came after: by cargo-zigbuild, since this machine's
# own linker would ask for its own glibc. A static binary would do too, at twice the size, and with a resolver and locale of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=${1:-target/rpm}
target=x86_64-unknown-linux-gnu
tools=target/tools
zig=target/zig-venv
generator=0.21.1

# Two builds may start at once.
mkdir -p target
exec 9>target/rpm.lock
flock 9

if [ "$("$tools/bin/cargo-generate-rpm" --version 2>/dev/null)" != "cargo-generate-rpm $generator" ]; then
    # Not optimised: it takes longer to compile than it is ever run.
    cargo install --quiet --debug --locked cargo-generate-rpm --version "$generator" --root "$tools"
fi
if [ ! -e "$zig/complete" ]; then
    rm -rf "$zig"
    python3 -m venv "$zig"
    "$zig/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.0
    touch "$zig/complete"
fi

build() {
    PATH="$PWD/$zig/bin:$PATH" cargo zigbuild --quiet --locked --release --target "$target.2.17" --target-dir target/zig --no-default-features "$@"
}
build --features conductor --bin loopback-static-routes
build --features router --bin handle_loopback_static_route_config

# What the packages hold beside the programs. The programs of the build's own machine print their pages: they are the same.
stage=target/rpm-stage
rm -rf "$stage"
mkdir -p "$stage"
program=target/zig/$target/release/loopback-static-routes
for shell in bash zsh fish; do
    "$program" completions "$shell" >"$stage/completions.$shell"
done
"$program" man | gzip -9n >"$stage/loopback-static-routes.1.gz"
for command in generate validate why convert diff rule schema salt-setup; do
    "$program" man "$command" | gzip -9n >"$stage/loopback-static-routes-$command.1.gz"
done
gzip -9n <packaging/man/handle_loopback_static_route_config.8 >"$stage/handle_loopback_static_route_config.8.gz"

rm -rf "$out"
mkdir -p "$out"
package() {
    # EL7's rpm knows gzip at best.
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} "$tools/bin/cargo-generate-rpm" --target "$target" --target-dir target/zig --payload-compress gzip \
        --output "$out/" "$@"
}
package
package --variant router
package --variant router-el7
ls "$out"
