#!/usr/bin/env bash
# Installs the parts that the tests need besides cargo and python3. Does nothing if they are there.
#
# usage: tests/setup.sh [--long]      --long: also installs the parts of tests/long.sh
#
# Programs come from the distribution (Debian's apt). Salt, zig, the validators,
# NetworkManager and the packages of npm are put into ~/.cache/loopback-static-routes, which all
# checkouts share, and linked into target/parts.
set -euo pipefail
cd "$(dirname "$0")/.."
start=$SECONDS

# command:package
programs=(
    strace:strace patch:patch ip:iproute2 unshare:util-linux flock:util-linux script:bsdutils git:git curl:curl
    systemd-nspawn:systemd-container rpm:rpm rpmbuild:rpm dnf:dnf createrepo_c:createrepo-c valgrind:valgrind chromium:chromium chromedriver:chromium-driver cc:gcc c++:g++
    node:nodejs npm:npm
)
missing=()
for program in "${programs[@]}"; do
    command -v "${program%%:*}" >/dev/null || missing+=("${program##*:}")
done
/usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}" >&2
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
fi

pids=()
tests/parts/venv.sh salt tests/parts/salt/requirements.txt & pids+=($!)
tests/parts/validators/install.sh & pids+=($!)
tests/parts/network-manager/install.sh & pids+=($!)
tests/parts/node/install.sh & pids+=($!)
packaging/rpm/tools.sh & pids+=($!)
if [ "${1:-}" = --long ]; then
    fuzz/run.sh --install & pids+=($!)
    tests/parts/venv.sh salt-3006 tests/parts/salt/requirements-3006.txt & pids+=($!)
fi
for pid in "${pids[@]}"; do
    wait "$pid" || { echo "tests/setup.sh: cannot install a part; see the messages above" >&2; exit 1; }
done
echo "setup: $((SECONDS - start)) s" >&2
