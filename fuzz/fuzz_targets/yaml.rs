//! Any text, read as Yaml: no panic, no hang, and every finding at a place of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loopback_static_routes::input::Syntax;

#[path = "../common.rs"]
mod common;

fuzz_target!(|text: &[u8]| {
    common::read(text, Some(Syntax::Yaml));
});
