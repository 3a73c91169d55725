//! Runs a fuzz target. The environment variable `FUZZ` names it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

mod targets;

static TARGET: LazyLock<targets::Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ").unwrap_or_default();
    let target = targets::TARGETS.into_iter().find(|(known, _)| *known == name);
    target.unwrap_or_else(|| panic!("unknown fuzz target {name:?} in FUZZ")).1
});

fuzz_target!(|text: &[u8]| TARGET(text));
