//! Any text, validated: whatever is found lies inside its source, and every format can say it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loopback_static_routes::conductor::{check, lint, plan};
use loopback_static_routes::report::validation::{Format, render};
use loopback_static_routes::validate::{self, Selection};

#[path = "../common.rs"]
mod common;

fuzz_target!(|text: &[u8]| {
    let reading = common::read(text, None);
    let mut findings = reading.findings;
    let checked = check(&reading.authority, &mut findings);
    let plan = plan(&checked, &mut findings);
    lint(&checked, &plan, &mut findings);
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
    for format in Format::ALL {
        let printed = render(&report, *format, true);
        if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
            serde_json::from_str::<serde_json::Value>(&printed).expect("JSON");
        }
    }
});
