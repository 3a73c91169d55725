#!/usr/bin/env bash
# Installs the tools of the packages, cargo-zigbuild and wheel, and links them into
# target/parts. Needs python3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/parts/venv.sh zig packaging/rpm/requirements.txt
