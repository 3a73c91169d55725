//! What became of a run, for people and for programs.

use serde::Serialize;

use crate::commands::findings::counts;
use crate::diagnostics::{Finding, sort_by_place};
use crate::input::{Locator, Sources};
use crate::publish::Outcome;

/// Version of the JSON summary.
const FORMAT_VERSION: u32 = 1;

/// Findings with their places counted out, for the run's summary as JSON (`docs/publishing.md`).
#[derive(Debug)]
pub(super) struct Placed(Vec<PlacedFinding>);

#[derive(Debug, Serialize)]
struct PlacedFinding {
    #[serde(flatten)]
    finding: Finding,
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Debug, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

impl Placed {
    /// These findings, sorted by place. Nothing in them needs the sources any more.
    #[must_use]
    pub(super) fn new(findings: &[Finding], sources: &Sources) -> Self {
        let mut locator = Locator::new(sources);
        let mut sorted = findings.to_vec();
        sort_by_place(&mut sorted);
        let place = |finding: Finding| {
            let position = finding.at.map(|at| locator.position(at));
            let place = position.map(|at| Place { file: at.source.to_owned(), line: at.line, column: at.column });
            PlacedFinding { finding, place }
        };
        Self(sorted.into_iter().map(place).collect())
    }
}

/// The run's summary as JSON. Without an outcome nothing was published.
#[must_use]
pub(super) fn to_json(outcome: Option<&Outcome>, findings: &Placed) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    struct Summary<'a> {
        format_version: u32,
        outcome: Option<&'a Outcome>,
        findings: &'a [PlacedFinding],
    }
    let summary = Summary { format_version: FORMAT_VERSION, outcome, findings: &findings.0 };
    serde_json::to_string_pretty(&summary).expect("plain data is JSON") + "\n"
}

/// The run's summary in a line.
#[must_use]
pub(super) fn to_text(outcome: &Outcome, findings: &[Finding], check: bool) -> String {
    let would = if check { "to write" } else { "written" };
    let gone = if check { "to remove" } else { "removed" };
    let mut parts = vec![
        format!(
            "{}, {}, {}",
            count(outcome.routers, "router"),
            count(outcome.nodes, "node"),
            count(outcome.routes, "route")
        ),
        format!(
            "{} {would}, {} {gone}, {} unchanged",
            count(outcome.changed.len(), "file"),
            outcome.removed.len(),
            outcome.unchanged
        ),
    ];
    if !outcome.held.is_empty() {
        parts.push(format!("{} held back", count(outcome.held.len(), "node")));
    }
    let counts = counts(findings);
    if !counts.is_empty() {
        parts.push(counts);
    }
    parts.join("; ")
}

fn count(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
