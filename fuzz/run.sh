#!/usr/bin/env bash
# Runs each fuzz target for so many seconds, two at a time, from the configurations of the tests as seeds; fails on the first finding.
# Needs a C++ compiler. Installs cargo-fuzz into target/tools. What a run learns stays in target/fuzz-corpus.
#
# usage: fuzz/run.sh SECONDS [TARGET...]      0 seconds: builds them
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(validate pcli convert xml yaml json gzip)

export PATH="$PWD/target/tools/bin:$PATH"
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "installing cargo-fuzz" >&2
    CARGO_TARGET_DIR=target/tools/build cargo install --quiet --locked --debug --version 0.13.2 --root target/tools cargo-fuzz
fi
# Without a sanitizer the toolchain that builds everything else builds this too; the code is safe Rust.
cargo fuzz build --sanitizer none 2>target/fuzz-build.log || { cat target/fuzz-build.log >&2; exit 1; }
[ "$seconds" -gt 0 ] || exit 0

fuzz() {
    local corpus=target/fuzz-corpus/$1
    mkdir -p "$corpus"
    find tests/syntaxes examples/authority -type f ! -path '*/expected/*' ! -name '*.md' -print0 |
        while IFS= read -r -d '' file; do cp "$file" "$corpus/seed-$(sha1sum "$file" | cut -c1-12)"; done
    if [ "$1" = validate ]; then
        # The cases of the rules, without the marks of their places.
        sed 's/[⟦⟧]//g' tests/findings/*.txt | awk -v to="$corpus/case-" '/^=== /{close(f); f=to (++n); next} {print >f}'
    fi
    # A text of a few kilobytes is read in well under a millisecond; one that takes a second takes time out of proportion.
    if ! fuzz/target/x86_64-unknown-linux-gnu/release/"$1" "$corpus" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=8192 \
        -dict=fuzz/dictionary -artifact_prefix="target/fuzz-corpus/$1-" -print_final_stats=1 >"target/fuzz-$1.log" 2>&1; then
        tail -60 "target/fuzz-$1.log" >&2
        return 1
    fi
    echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "target/fuzz-$1.log") runs in $seconds s, no finding"
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
