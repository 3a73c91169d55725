//! JUnit XML of Jenkins (`junit-10.xsd` of its xUnit plugin).
//!
//! Each source is a suite. An error is a failed test case; a warning or notice is a passed test
//! case with output. A source without findings has a passed test case.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::commands::printable::printable;
use crate::commands::validate::report::{Report, Reported};
use crate::diagnostics::Severity;

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let failures = report.count(Severity::Error);
    let suites = suites(report);
    let tests: usize = suites.iter().map(|(_, found)| found.len().max(1)).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"loopback-static-routes\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    );
    suites.iter().for_each(|(name, found)| suite(report, *name, found, &mut text));
    text.push_str("</testsuites>\n");
    text
}

/// Returns the suites with their findings: a suite for each source, and one without a name for
/// findings without a place.
fn suites<'r>(report: &'r Report<'_>) -> Vec<(Option<&'r str>, Vec<&'r Reported<'r>>)> {
    let mut suites: Vec<(Option<&str>, Vec<&Reported<'_>>)> = Vec::new();
    let mut index = HashMap::new();
    let mut of = |name: Option<&'r str>, suites: &mut Vec<_>| {
        *index.entry(name).or_insert_with(|| {
            suites.push((name, Vec::new()));
            suites.len() - 1
        })
    };
    report.sources.iter().for_each(|name| _ = of(Some(*name), &mut suites));
    for found in &report.findings {
        let suite = of(source(found), &mut suites);
        suites[suite].1.push(found);
    }
    suites
}

fn source<'r>(found: &'r Reported<'_>) -> Option<&'r str> {
    found.place.as_ref().map(|place| place.position.source)
}

fn suite(report: &Report<'_>, name: Option<&str>, found: &[&Reported<'_>], text: &mut String) {
    let failures = found.iter().filter(|found| found.severity == Severity::Error).count();
    let file = name.map_or_else(|| "configuration".to_owned(), |name| report.path(name));
    let file = xml(&file);
    let tests = found.len().max(1);
    let _ = writeln!(text, "  <testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    if found.is_empty() {
        let _ = writeln!(text, "    <testcase classname=\"loopback-static-routes\" name=\"{file}\"/>");
    }
    found.iter().for_each(|found| case(report, found, text));
    text.push_str("  </testsuite>\n");
}

fn case(report: &Report<'_>, found: &Reported<'_>, text: &mut String) {
    let rule = found.rule();
    let place = found.place.as_ref().map_or(String::new(), |place| {
        format!("{}:{}:{}: ", report.path(place.position.source), place.position.line, place.position.column)
    });
    let subject = found.subject().map_or(String::new(), |subject| format!(" ({subject})"));
    let message = xml(&format!("{}{subject}", found.finding.message));
    let name = xml(&format!("{rule} at {place}{}", found.finding.path));
    let whole = xml(&format!("{place}{}[{rule}]: {}{subject}", found.severity, found.finding.message));
    let _ = writeln!(text, "    <testcase classname=\"loopback-static-routes.{rule}\" name=\"{name}\">");
    let _ = match found.severity {
        Severity::Error => writeln!(text, "      <failure type=\"{rule}\" message=\"{message}\">{whole}</failure>"),
        Severity::Warning | Severity::Notice => writeln!(text, "      <system-out>{whole}</system-out>"),
    };
    text.push_str("    </testcase>\n");
}

/// Returns text that is valid in XML. Control characters are made visible, and the other characters
/// that XML 1.0 cannot contain (section 2.2) are replaced.
fn xml(text: &str) -> String {
    let shown = printable(text);
    let shown: Cow<'_, str> = if shown.contains(['\u{fffe}', '\u{ffff}']) {
        shown.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}").into()
    } else {
        shown.into()
    };
    escape(&*shown).into_owned()
}
