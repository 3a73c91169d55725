#!/usr/bin/env bash
# Runs each fuzz target for SECONDS, two at a time, with the configurations and the top files of the
# tests as seeds.
# Fails on the first finding. The corpus of a run stays in target/fuzz-corpus. Needs a C++ compiler.
#
# usage: fuzz/run.sh SECONDS [TARGET...]
#        fuzz/run.sh --install             installs cargo-fuzz alone
set -euo pipefail
cd "$(dirname "$0")/.."
tests/parts/cargo.sh cargo-fuzz 0.13.2
[ "$1" != --install ] || exit 0

seconds=$1
shift
mkdir -p target/logs
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(validate pcli convert xml yaml json gzip parts top-file)

# Without a sanitizer, the usual toolchain builds this. The code is safe Rust.
PATH="$PWD/target/parts/cargo-fuzz/bin:$PATH" cargo fuzz build --features libfuzzer --sanitizer none --target-dir target/fuzz 2>target/logs/fuzz-build.log ||
    { cat target/logs/fuzz-build.log >&2; exit 1; }

fuzz() {
    local corpus=target/fuzz-corpus/$1
    mkdir -p "$corpus"
    local seeds=(tests/syntaxes examples/authority)
    [ "$1" != top-file ] || seeds=(tests/tops)
    find "${seeds[@]}" -type f ! -path '*/expected*' ! -name '*.md' -print0 |
        while IFS= read -r -d '' file; do cp "$file" "$corpus/seed-$(sha1sum "$file" | cut -c1-12)"; done
    if [ "$1" = validate ]; then
        # The cases of the rules, without the marks of their places.
        sed 's/[⟦⟧‹›]//g' tests/findings/*.txt | awk -v to="$corpus/case-" '/^=== /{close(f); f=to (++n); next} {print >f}'
    fi
    # A text of a few kilobytes is usually read in less than a millisecond. The limit finds texts
    # that take much longer.
    if ! FUZZ=$1 target/fuzz/x86_64-unknown-linux-gnu/release/fuzz "$corpus" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
        -max_len=8192 -dict=fuzz/dictionary -artifact_prefix="target/fuzz-corpus/$1-" -print_final_stats=1 >"target/logs/fuzz-$1.log" 2>&1; then
        tail -60 "target/logs/fuzz-$1.log" >&2
        return 1
    fi
    local runs
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "target/logs/fuzz-$1.log")
    echo "$1: $runs runs in $seconds s, no finding"
    [ -z "${EXHAUSTIVE:-}" ] || printf 'fuzz target `%s`, runs of libFuzzer\t%s\n' "$1" "$runs" >>"$EXHAUSTIVE"
}

failed=0
pids=()
for target in "${targets[@]}"; do
    if [ ${#pids[@]} -ge 2 ]; then
        wait "${pids[0]}" || failed=1
        pids=("${pids[@]:1}")
    fi
    fuzz "$target" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
exit $failed
