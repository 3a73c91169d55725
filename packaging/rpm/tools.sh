#!/usr/bin/env bash
# Installs the tool that builds the programs of the packages, cargo-zigbuild, and links it into
# target/parts. Needs python3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/parts/venv.sh zig packaging/rpm/requirements.txt
