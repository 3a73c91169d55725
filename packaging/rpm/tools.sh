#!/usr/bin/env bash
# Installs what builds the packages, and links it into target/parts: cargo-zigbuild and cargo-generate-rpm. Needs cargo and python3 with
# venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/parts/venv.sh zig packaging/rpm/requirements.txt
tests/parts/cargo.sh cargo-generate-rpm 0.21.1
