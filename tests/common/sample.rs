//! The cases that a run tries: all of them in the long lane, otherwise a fixed sample.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proptest::test_runner::{Config, RngSeed};

/// The variable that `tests/long.sh` sets to the file of its table. With it, every case is tried.
const EXHAUSTIVE: &str = "EXHAUSTIVE";

/// A sample has one of this many cases, unless a case is expensive.
const ONE_OF: u64 = 8;

pub(crate) fn is_exhaustive() -> bool {
    std::env::var_os(EXHAUSTIVE).is_some()
}

/// Returns the positions to try of `1..=count`.
///
/// The long lane tries all of them. Otherwise they are the first, the last and every eighth. The
/// context decides where the sample starts, so contexts try different positions.
pub(crate) fn positions(count: usize, context: &str) -> impl Iterator<Item = usize> + use<> {
    one_of(ONE_OF, count, context)
}

/// Returns positions as [`positions`] does, but every `step`-th.
pub(crate) fn one_of(step: u64, count: usize, context: &str) -> impl Iterator<Item = usize> + use<> {
    let exhaustive = is_exhaustive();
    // The default hasher has fixed keys, so the sample is the same in each run.
    let mut hasher = DefaultHasher::new();
    context.hash(&mut hasher);
    let start = hasher.finish() % step;
    (1..=count)
        .filter(move |position| exhaustive || *position == 1 || *position == count || *position as u64 % step == start)
}

/// Adds a row to the table of the long lane.
pub(crate) fn record(what: &str, count: usize) {
    use std::io::Write as _;
    if let Some(table) = std::env::var_os(EXHAUSTIVE) {
        let mut table = std::fs::File::options().append(true).create(true).open(table).expect("opens");
        // A single write, since tests run in parallel.
        table.write_all(format!("{what}\t{count}\n").as_bytes()).expect("writes");
    }
}

/// Returns the configuration of a property: this many cases from a fixed seed. The long lane tries
/// ten times as many, from a random seed.
pub(crate) fn config(cases: u32) -> Config {
    let (cases, rng_seed) =
        if is_exhaustive() { (10 * cases, RngSeed::Random) } else { (cases, RngSeed::Fixed(0x6b6e_6932_3534)) };
    Config { cases, rng_seed, failure_persistence: None, max_global_rejects: 20 * cases, ..Config::default() }
}

#[test]
fn a_sample_is_stable_and_includes_both_ends() {
    if is_exhaustive() {
        return;
    }
    let sample: Vec<usize> = positions(100, "write").collect();
    assert_eq!(sample, positions(100, "write").collect::<Vec<_>>());
    assert!(sample.contains(&1) && sample.contains(&100) && (13..=15).contains(&sample.len()), "{sample:?}");
    assert_eq!(positions(0, "write").count(), 0);
}
