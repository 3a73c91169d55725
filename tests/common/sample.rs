//! How many of many cases a run tries: all of them in the long lane, a fixed sample otherwise.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Set by `tests/long.sh`: every case is tried.
const EXHAUSTIVE: &str = "EXHAUSTIVE";

/// Of this many cases the sample has one.
const ONE_OF: u64 = 5;

pub(crate) fn is_exhaustive() -> bool {
    std::env::var_os(EXHAUSTIVE).is_some()
}

/// The positions to try of `1..=count`: every one in the long lane, else the first, the last and every fifth. The context decides at
/// which one the sample starts, so that positions which one context leaves out are tried in another.
pub(crate) fn positions(count: usize, context: &str) -> impl Iterator<Item = usize> + use<> {
    let exhaustive = is_exhaustive();
    // The default hasher has fixed keys, so the sample is the same in each run.
    let mut hasher = DefaultHasher::new();
    context.hash(&mut hasher);
    let start = hasher.finish() % ONE_OF;
    (1..=count).filter(move |position| {
        exhaustive || *position == 1 || *position == count || *position as u64 % ONE_OF == start
    })
}

/// How many times to repeat something random: `usual` times, or `long` times in the long lane.
pub(crate) fn rounds(usual: u32, long: u32) -> u32 {
    if is_exhaustive() { long } else { usual }
}

#[test]
fn a_sample_is_the_same_each_time_and_has_the_ends() {
    if is_exhaustive() {
        return;
    }
    let sample: Vec<usize> = positions(100, "write").collect();
    assert_eq!(sample, positions(100, "write").collect::<Vec<_>>());
    assert!(sample.contains(&1) && sample.contains(&100) && (20..=22).contains(&sample.len()), "{sample:?}");
    assert_eq!(positions(0, "write").count(), 0);
}
