//! The cases of `tests/findings/`.
//!
//! `CODE.txt` has bad and good configurations in each syntax in which the code can occur. A case
//! begins with `=== bad SYNTAX` or `=== good SYNTAX`, and may have a title after a colon. `⟦` and
//! `⟧` mark the places of its findings, `‹` and `›` the second places. The marks are removed before
//! the text is read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use loopback_static_routes::commands::validate::report::Report;
use loopback_static_routes::commands::validate::{self, Selection};
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline::{self, advise};
use loopback_static_routes::rules;
use loopback_static_routes::syntaxes::Syntax;

/// A configuration, and the places at which it is wrong.
pub(crate) struct Case {
    pub(crate) good: bool,
    pub(crate) syntax: String,
    pub(crate) title: Option<String>,
    pub(crate) text: String,
    pub(crate) marks: BTreeSet<Place>,
    /// The second places. A case in which they do not matter marks none.
    pub(crate) related: BTreeSet<Place>,
}

/// A line, column, end line and end column, from 1, in characters. The end column is the one after
/// the last character.
pub(crate) type Place = [usize; 4];

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

pub(crate) fn cases(code: &str) -> Vec<Case> {
    let file = folder().join(format!("{code}.txt"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let sections = text.split("=== ").skip(1);
    sections
        .map(|section| {
            let (title, marked) = section.split_once('\n').expect("a title, and a text");
            let (kind, syntax) = title.split_once(' ').expect("bad or good, and a syntax");
            let (syntax, title) =
                syntax.split_once(": ").map_or((syntax, None), |(syntax, title)| (syntax, Some(title)));
            let (syntax, title) = (syntax.to_owned(), title.map(str::to_owned));
            let text = marked.replace(['⟦', '⟧', '‹', '›'], "");
            let (marks, related) = (places(marked, '⟦', '⟧'), places(marked, '‹', '›'));
            Case { good: kind == "good", syntax, title, text, marks, related }
        })
        .collect()
}

/// Returns the places between these marks.
pub(crate) fn places(marked: &str, opens: char, closes: char) -> BTreeSet<Place> {
    let (mut places, mut open) = (BTreeSet::new(), None);
    let (mut line, mut column) = (1, 1);
    for c in marked.chars() {
        match c {
            _ if c == opens => open = Some((line, column)),
            _ if c == closes => {
                let (start_line, start) = open.take().expect("an open mark");
                places.insert([start_line, start, line, column]);
            }
            '⟦' | '⟧' | '‹' | '›' => {}
            '\n' => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
    }
    places
}

/// Passes the report of a configuration to `then`.
pub(crate) fn validated<T>(case: &Case, name: &str, then: impl FnOnce(&Report<'_>) -> T) -> T {
    let syntax = Syntax::from_str(&case.syntax, false).unwrap_or_else(|error| panic!("{error}"));
    of_text(&case.text, name, Some(syntax), then)
}

/// Passes the report of a text to `then`.
pub(crate) fn of_text<T>(text: &str, name: &str, syntax: Option<Syntax>, then: impl FnOnce(&Report<'_>) -> T) -> T {
    let input = Input::Text { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], syntax).expect("text");
    let mut run = pipeline::run(&reading.authority, reading.findings);
    let mut findings = std::mem::take(&mut run.findings);
    findings.extend(advise(&run));
    then(&validate::report(findings, &reading.authority, &reading.sources, &Selection::default(), None))
}

/// The findings that no text alone can cause.
const ELSEWHERE: &[&str] = &["invalid-utf-8", "empty-folder"];

pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    rules::all().map(|rule| rule.code).filter(|code| !ELSEWHERE.contains(code))
}

/// The codes that the authority's schema can express.
pub(crate) const IN_SCHEMA: &[&str] = &[
    "both-spellings",
    "confusable-word",
    "default-route-not-alone",
    "invalid-address",
    "invalid-asset-id",
    "invalid-source-prefix",
    "invalid-static-route",
    "invalid-value",
    "ipv6-static-route",
    "misplaced-element",
    "missing-key",
    "name-too-long",
    "unexpected-shape",
    "unknown-applies-to-type",
    "unknown-key",
    "unknown-permission",
    "unknown-role",
    "unsafe-name",
    "unusual-name",
];
