//! What became of a run, for people and for programs.

use serde::Serialize;

use super::findings::counts;
use crate::conductor::publish::Outcome;
use crate::diagnostic::{Finding, sort_by_place};
use crate::input::{Locator, Sources};

/// Version of the JSON summary.
const FORMAT_VERSION: u32 = 1;

/// The run's summary as JSON (`docs/publishing.md`). Without an outcome nothing was published.
#[must_use]
pub fn to_json(outcome: Option<&Outcome>, findings: &[Finding], sources: &Sources) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    struct Summary<'a> {
        format_version: u32,
        outcome: Option<&'a Outcome>,
        findings: Vec<Placed<'a>>,
    }
    #[derive(Serialize)]
    struct Placed<'a> {
        #[serde(flatten)]
        finding: &'a Finding,
        #[serde(flatten)]
        place: Option<Place<'a>>,
    }
    #[derive(Serialize)]
    struct Place<'a> {
        file: &'a str,
        line: usize,
        column: usize,
    }
    let mut locator = Locator::new(sources);
    let mut sorted = findings.to_vec();
    sort_by_place(&mut sorted);
    let findings = sorted
        .iter()
        .map(|finding| {
            let position = finding.at.map(|at| locator.position(at));
            let place = position.map(|at| Place { file: at.source, line: at.line, column: at.column });
            Placed { finding, place }
        })
        .collect();
    let summary = Summary { format_version: FORMAT_VERSION, outcome, findings };
    serde_json::to_string_pretty(&summary).expect("plain data is JSON") + "\n"
}

/// The run's summary in a line.
#[must_use]
pub fn to_text(outcome: &Outcome, findings: &[Finding], check: bool) -> String {
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
