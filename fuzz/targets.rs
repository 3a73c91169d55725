//! The fuzz targets, as functions of a text.
//!
//! `fuzz/main.rs` calls them with the texts of libFuzzer, and `tests/fast/fuzz.rs` with mutated
//! configurations.

use loopback_static_routes::commands::validate::formats;
use loopback_static_routes::commands::validate::{self, Selection};
use loopback_static_routes::diagnostics::Finding;
use loopback_static_routes::export;
use loopback_static_routes::input::{self, Input, Locator, Reading};
use loopback_static_routes::pipeline::{self, advise};
use loopback_static_routes::syntaxes::{PrintFormat, Syntax};

#[path = "top_file.rs"]
pub(crate) mod top_file;

/// A fuzz target. It panics if the text reveals a defect of the program.
pub(crate) type Target = fn(&[u8]);

/// The targets by name.
pub(crate) const TARGETS: [(&str, Target); 9] = [
    ("validate", validate),
    ("pcli", |text| drop(read(text, Some(Syntax::Pcli)))),
    ("convert", convert),
    ("xml", |text| drop(read(text, Some(Syntax::Xml)))),
    ("yaml", |text| drop(read(text, Some(Syntax::Yaml)))),
    ("json", |text| drop(read(text, Some(Syntax::Json)))),
    ("gzip", read_compressed),
    ("parts", read_in_parts),
    (TOP_FILE, top_file::edit_top_file),
];

/// The target whose texts are top files of Salt instead of configurations.
pub(crate) const TOP_FILE: &str = "top-file";

/// Reads a text. Each finding must have a place inside the text.
fn read(bytes: &[u8], syntax: Option<Syntax>) -> Reading {
    let input = Input::Text { name: "fuzz".to_owned(), bytes: bytes.to_vec() };
    let reading = input::read(vec![input], syntax).expect("no file is read");
    let mut locator = Locator::new(&reading.sources);
    for finding in &reading.findings {
        for at in finding.at.into_iter().chain(finding.related.iter().map(|related| related.at)) {
            let position = locator.position(at);
            let text = reading.sources.get(at.source).text();
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
            assert!(position.line <= lines && position.end_line <= lines, "{finding:?} is after the end of {text:?}");
            assert!(at.start <= at.end, "{finding:?}");
        }
    }
    reading
}

/// Reads bytes as the content of a gzip file.
fn read_compressed(bytes: &[u8]) {
    let mut compressed = vec![0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff];
    compressed.extend_from_slice(bytes);
    read(&compressed, None);
}

/// The sizes of parts in which texts are read, in bytes.
const SIZES: [usize; 3] = [40, 300, 2000];

/// Reads a text in parts, and in windows. The result must be that of the plain reader.
pub(crate) fn read_in_parts(text: &[u8]) {
    read_in_parts_of(&SIZES, text);
}

/// Does the same with these sizes.
pub(crate) fn read_in_parts_of(sizes: &[usize], text: &[u8]) {
    let printed = |reading: Reading| {
        // The findings of an authority have no order until they are reported.
        let mut findings: Vec<String> = reading.findings.iter().map(|finding| format!("{finding:?}")).collect();
        findings.sort();
        (format!("{:?}", reading.authority), findings)
    };
    let in_parts = |size| {
        let input = Input::Text { name: "fuzz".to_owned(), bytes: text.to_vec() };
        printed(input::read_in_parts(vec![input], None, size).expect("no file is read"))
    };
    let in_windows = |size| {
        let reading = input::read_in_windows("fuzz".to_owned(), text.to_vec(), size).expect("no file is read");
        reading.map(printed)
    };
    let plain = in_parts(usize::MAX);
    for size in sizes {
        let text = String::from_utf8_lossy(text);
        let parts = in_parts(*size);
        assert!(parts == plain, "with parts of {size} bytes: {parts:#?}\nplain: {plain:#?}\n{text}");
        if let Some(windows) = in_windows(*size) {
            assert!(windows == plain, "in windows of {size} bytes: {windows:#?}\nplain: {plain:#?}\n{text}");
        }
    }
}

/// Reads a text, and prints its elements in every syntax. Each output must read as the same
/// elements.
fn convert(text: &[u8]) {
    let reading = read(text, None);
    if reading.findings.iter().any(Finding::is_error) {
        return;
    }
    // A value that does not fit its element cannot be printed in any syntax.
    let Ok(expected) = export::print(&reading.authority, PrintFormat::Json) else { return };
    for format in PrintFormat::ALL {
        let Ok(printed) = export::print(&reading.authority, *format) else {
            // The nested text can express all that JSON can.
            assert_ne!(*format, PrintFormat::Pcli, "{expected}");
            continue;
        };
        let again = read(printed.as_bytes(), None);
        let found = export::print(&again.authority, PrintFormat::Json).expect("printed before");
        assert_eq!(found, expected, "through {format}:\n{printed}\n{:#?}", again.findings);
    }
}

/// Validates a text. Each finding must have a place inside the text, and each format must print it.
fn validate(text: &[u8]) {
    let reading = read(text, None);
    let mut run = pipeline::run(&reading.authority, reading.findings);
    let mut findings = std::mem::take(&mut run.findings);
    findings.extend(advise(&run));
    let source = reading.sources.iter().next().map(|(_, source)| source.text().to_owned()).unwrap_or_default();
    let lines: Vec<&str> = source.split('\n').collect();
    let report = validate::report(findings, &reading.authority, &reading.sources, &Selection::default(), None);
    for found in &report.findings {
        for place in found.place.iter().chain(found.related.iter().map(|(_, place)| place)) {
            let at = &place.position;
            let width = |line: usize| lines.get(line - 1).map(|text| text.chars().count());
            assert!(width(at.line).is_some_and(|width| at.column <= width + 1), "{at:?} in {source:?}");
            assert!(width(at.end_line).is_some_and(|width| at.end_column <= width + 1), "{at:?} in {source:?}");
            assert!((at.line, at.column) <= (at.end_line, at.end_column), "{at:?} in {source:?}");
            assert!(place.excerpt.line.get(place.excerpt.marked.clone()).is_some(), "{place:?}");
        }
    }
    for format in formats::Format::all() {
        let printed = format.render(&report, true);
        if matches!(format, formats::Format::Json | formats::Format::Sarif | formats::Format::Gitlab) {
            serde_json::from_str::<serde_json::Value>(&printed).expect("JSON");
        }
    }
}
