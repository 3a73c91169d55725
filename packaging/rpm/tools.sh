#!/usr/bin/env bash
# Installs the tools that build the packages, cargo-zigbuild and cargo-generate-rpm, and links them
# into target/parts. Needs cargo and python3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/parts/venv.sh zig packaging/rpm/requirements.txt
tests/parts/cargo.sh cargo-generate-rpm 0.21.1
