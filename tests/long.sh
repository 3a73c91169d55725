#!/usr/bin/env bash
# Runs the long lane before a release: every position of every interruption, a million states of a
# router around a trial, ten times as many random cases from random seeds, and long fuzzing. Writes
# its table to docs/long-run.md.
#
# usage: tests/long.sh [SECONDS]      for each fuzz target, 600 by default
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
[ "$(id -u)" = 0 ] || { echo "tests/long.sh needs root, as tests/run.sh does" >&2; exit 2; }
tests/setup.sh --long
cargo clippy --locked --workspace --all-targets -- --deny warnings
packaging/release.sh --quick >/dev/null

# Each test appends a row: a name, a tab, and the number of cases that it tried.
export EXHAUSTIVE=$PWD/target/long-run.tsv
: >"$EXHAUSTIVE"
start=$SECONDS
cargo test --locked
STATES=1000000 CARGO_PROFILE_RELEASE_OPT_LEVEL=2 cargo test --locked --release --test fast every_sequence_of_events
cargo test --locked --test real -- --ignored --test-threads 4
fuzz/run.sh "$seconds"

{
    cat <<TABLE
# The last long run

\`tests/long.sh $seconds\` on $(date --utc +%Y-%m-%d), $(nproc) processors, $(((SECONDS - start) / 60)) minutes, no failure.

| what | tried |
|---|---|
TABLE
    awk -F'\t' '{ sum[$1] += $2 } END { for (what in sum) printf "| %s | %d |\n", what, sum[what] }' "$EXHAUSTIVE" | LC_ALL=C sort
} >docs/long-run.md
cat docs/long-run.md
