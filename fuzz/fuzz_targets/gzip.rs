//! Any bytes as what is compressed: the header stands in front of them already.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../common.rs"]
mod common;

fuzz_target!(|bytes: &[u8]| {
    let mut compressed = vec![0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff];
    compressed.extend_from_slice(bytes);
    common::read(&compressed, None);
});
