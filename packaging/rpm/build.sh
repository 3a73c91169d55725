#!/usr/bin/env bash
# Builds the packages: build.sh [--programs FOLDER | --quick] [FOLDER], into target/rpm by default.
# Needs cargo, python3 with venv, and rpmbuild.
#
# cargo-zigbuild links the programs against glibc 2.17, so that one binary runs on EL7 and later.
# The linker of this machine would require the glibc of this machine. A static binary would have
# twice the size, and its own resolver and locale.
#
# Two options are for the tests. --programs packs the programs of a folder instead of building them.
# --quick builds the conductor's program with the profile `release` instead of `dist`, in half the
# time.
set -euo pipefail
cd "$(dirname "$0")/../.."

profile=dist
programs=
case ${1:-} in
    --quick)
        profile=release
        shift
        ;;
    --programs)
        programs=$2
        shift 2
        ;;
esac
out=${1:-target/rpm}
target=x86_64-unknown-linux-gnu

# Two builds may start at the same time.
exec 9>target/rpm.lock
flock 9

# build PROFILE FEATURE PROGRAM: each side builds without the crates of the other. A warning is an
# error.
build() {
    local log=target/rpm-$2.log
    if ! PATH="$PWD/target/parts/zig/bin:$PATH" cargo zigbuild --quiet --locked --profile "$1" --target "$target.2.17" --target-dir target/zig \
        --no-default-features --features "$2" --bin "$3" 2>"$log" || grep -q '^warning' "$log"; then
        cat "$log" >&2
        return 1
    fi
    ln -f "target/zig/$target/$1/$3" "target/programs/$3"
}
mkdir -p target/programs
if [ -n "$programs" ]; then
    for program in loopback-static-routes handle_loopback_static_route_config; do
        strip -o "target/programs/$program.new" "$programs/$program"
        mv "target/programs/$program.new" "target/programs/$program"
    done
else
    packaging/rpm/tools.sh
    build router router handle_loopback_static_route_config
    build "$profile" conductor loopback-static-routes
fi

# The other files of the packages. The conductor's program prints its own manual pages and
# completions. Those of the router's program are in packaging/.
stage=target/rpm-stage
rm -rf "$stage"
mkdir -p "$stage"
program=target/programs/loopback-static-routes
for shell in bash zsh fish; do
    "$program" completions "$shell" >"$stage/completions.$shell"
done
"$program" man | gzip -9n >"$stage/loopback-static-routes.1.gz"
commands=$("$program" man --list)
for command in $commands; do
    "$program" man "$command" | gzip -9n >"$stage/loopback-static-routes-$command.1.gz"
done
gzip -9n <packaging/man/handle_loopback_static_route_config.8 >"$stage/handle_loopback_static_route_config.8.gz"

rm -rf "$out"
mkdir -p "$out"
version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
# package SIDE RELEASE UNITS
package() {
    local log=target/rpm-$1-$2.log
    if ! SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} rpmbuild -bb --nodeps --target x86_64 --define "_topdir $PWD/target/rpmbuild" \
        --define "_rpmdir $PWD/target/rpmbuild/rpms" --define "repo $PWD" --define "stage $PWD/$stage" \
        --define "programs $PWD/target/programs" --define "level ${COMPRESSION:-9}" --define "version $version" --define "side $1" \
        --define "release $2" --define "units packaging/systemd/$3" packaging/rpm/package.spec >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
    mv target/rpmbuild/rpms/x86_64/*.rpm "$out/"
}
package conductor 1 .
# The systemd of EL7 does not know what the units of later ones say.
package router 1.el9 .
package router 1.el7 el7
ls "$out"
