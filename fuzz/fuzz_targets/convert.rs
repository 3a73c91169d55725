//! Any text, read as what it looks like, and printed in every syntax: each reads as the same elements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loopback_static_routes::diagnostic::Finding;
use loopback_static_routes::export::{self, Format};
use loopback_static_routes::input::Syntax;

#[path = "../common.rs"]
mod common;

const FORMATS: [(Format, Syntax); 5] = [
    (Format::Pcli, Syntax::Pcli),
    (Format::Flat, Syntax::Pcli),
    (Format::Json, Syntax::Json),
    (Format::Yaml, Syntax::Yaml),
    (Format::Xml, Syntax::Xml),
];

fuzz_target!(|text: &[u8]| {
    let reading = common::read(text, None);
    if reading.findings.iter().any(Finding::is_error) {
        return;
    }
    // What cannot be written in one syntax may be a value of a shape that its element cannot have.
    let Ok(expected) = export::print(&reading.authority, Format::Json) else { return };
    for (format, syntax) in FORMATS {
        let Ok(printed) = export::print(&reading.authority, format) else {
            assert!(matches!(format, Format::Xml | Format::Yaml | Format::Flat), "{expected}");
            continue;
        };
        let again = common::read(printed.as_bytes(), Some(syntax));
        let found = export::print(&again.authority, Format::Json).expect("printed before");
        assert_eq!(found, expected, "through {format}:\n{printed}\n{:#?}", again.findings);
    }
});
