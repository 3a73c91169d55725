//! The fuzz targets, with randomly damaged configurations and top files of the tests. `fuzz/run.sh`
//! runs the same targets in libFuzzer.

use std::path::Path;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use crate::common::cases::{cases, codes};
use crate::common::sample;
use crate::common::tops::{Outcome, tops};

#[path = "../../fuzz/targets.rs"]
mod targets;

pub(crate) use targets::top_file::edit_top_file;
pub(crate) use targets::{read_in_parts, read_in_parts_of};

/// The configurations of the tests and of the example.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Vec::new();
    for folder in ["tests/syntaxes", "examples/authority"] {
        for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
            let path = entry.expect("readable").into_path();
            let is_configuration = path.is_file() && !path.iter().any(|part| part == "expected");
            if is_configuration && path.extension().is_none_or(|extension| extension != "md") {
                seeds.push(std::fs::read(path).expect("readable"));
            }
        }
    }
    seeds.extend(codes().flat_map(cases).map(|case| case.text.into_bytes()));
    assert!(seeds.len() > 400, "{}", seeds.len());
    seeds
});

/// The top files of the tests that are edited.
static TOPS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let edited = tops().into_iter().filter(|top| top.outcome == Outcome::Edited && top.bytes.len() < LONGEST_TOP);
    edited.map(|top| top.bytes).collect()
});

/// The size of the longest top file that is damaged, in bytes.
const LONGEST_TOP: usize = 2000;

/// The entries of `fuzz/dictionary`.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let text = include_str!("../../fuzz/dictionary");
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    lines.map(unescaped).collect()
});

/// Returns the bytes of an entry. libFuzzer knows the escapes `\\`, `\"` and `\xAB`.
fn unescaped(entry: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), entry);
    while let Some(c) = rest.chars().next() {
        if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&hex[..2], 16).expect("two digits"));
            rest = &hex[2..];
        } else {
            let escaped = rest.strip_prefix('\\').unwrap_or(rest);
            let c = escaped.chars().next().unwrap_or(c);
            bytes.extend(c.to_string().as_bytes());
            rest = &escaped[c.len_utf8()..];
        }
    }
    bytes
}

#[derive(Clone, Debug)]
enum Damage {
    Flip(Index, u8),
    Drop(Index, usize),
    Repeat(Index, usize),
    Insert(Index, Index),
    Splice(Index, Index, Index, usize),
}

impl Damage {
    fn apply(&self, text: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let length = text.len() + 1;
        let range = |at: &Index, size: usize| at.index(length)..(at.index(length) + size).min(length - 1);
        match self {
            Self::Flip(at, bits) => {
                if let Some(byte) = text.get_mut(at.index(length)) {
                    *byte ^= bits;
                }
            }
            Self::Drop(at, size) => drop(text.drain(range(at, *size))),
            Self::Repeat(at, size) => {
                let part = text[range(at, *size)].to_vec();
                text.splice(at.index(length)..at.index(length), part);
            }
            Self::Insert(at, word) => {
                text.splice(at.index(length)..at.index(length), word.get(&WORDS).clone());
            }
            Self::Splice(at, seed, from, size) => {
                let seed = seed.get(seeds);
                let from = from.index(seed.len() + 1);
                let part = seed[from..(from + size).min(seed.len())].to_vec();
                text.splice(at.index(length)..at.index(length), part);
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 1..=255_u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        (at(), 1..80_usize).prop_map(|(at, size)| Damage::Drop(at, size)),
        (at(), 1..80_usize).prop_map(|(at, size)| Damage::Repeat(at, size)),
        (at(), at()).prop_map(|(at, word)| Damage::Insert(at, word)),
        (at(), at(), at(), 1..200_usize).prop_map(|(at, seed, from, size)| Damage::Splice(at, seed, from, size)),
    ]
}

fn damaged(seeds: &'static [Vec<u8>]) -> impl Strategy<Value = Vec<u8>> {
    (any::<Index>(), vec(damage(), 0..4)).prop_map(move |(seed, damages)| {
        let mut text = seed.get(seeds).clone();
        damages.iter().for_each(|damage| damage.apply(&mut text, seeds));
        text
    })
}

#[test]
fn no_target_fails_on_damaged_texts() {
    for (name, target) in targets::TARGETS {
        let config = sample::config(200);
        let count = config.cases as usize;
        let seeds = if name == targets::TOP_FILE { &TOPS } else { &SEEDS };
        let result = TestRunner::new(config).run(&damaged(seeds), |text| {
            target(&text);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
        sample::record(&format!("fuzz target `{name}`, damaged configurations"), count);
    }
}
