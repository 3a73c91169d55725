//! The summary of a run, as text and as JSON.

use serde::Serialize;

use super::Published;
use crate::commands::count::by_severity;
use crate::commands::printable::printable;
use crate::commands::route_summary::{AlertKind, RouteSummary};
use crate::diagnostics::{Finding, sort_by_place};
use crate::input::{Locator, Sources};
use crate::model::count::counted;
use crate::publish::{MissingArtefact, Outcome, Removals, RouteChanges};

/// The version of the JSON summary.
const FORMAT_VERSION: u32 = 1;

/// Findings with their lines and columns (`docs/publishing.md`).
#[derive(Debug)]
pub(super) struct PlacedFindings {
    findings: Vec<FindingJson>,
    /// The number of files that were skipped because they are not configuration.
    skipped: usize,
}

#[derive(Debug, Serialize)]
struct FindingJson {
    #[serde(flatten)]
    finding: Finding,
    #[serde(flatten)]
    start: Option<StartJson>,
}

/// The start of a finding.
#[derive(Debug, Serialize)]
struct StartJson {
    file: String,
    line: usize,
    column: usize,
}

impl PlacedFindings {
    /// Returns these findings, sorted by place. The result does not borrow the sources.
    #[must_use]
    pub(super) fn new(findings: &[Finding], sources: &Sources) -> Self {
        let mut locator = Locator::new(sources);
        let mut sorted = findings.to_vec();
        sort_by_place(&mut sorted);
        let with_start = |finding: Finding| {
            let position = finding.at.map(|at| locator.position(at));
            let start = position.map(|at| StartJson { file: at.source.to_owned(), line: at.line, column: at.column });
            FindingJson { finding, start }
        };
        let skipped = sources.iter().filter(|(_, source)| source.is_foreign()).count();
        Self { findings: sorted.into_iter().map(with_start).collect(), skipped }
    }
}

/// Returns the summary as JSON.
#[must_use]
pub(super) fn to_json(published: Published<'_>, findings: &PlacedFindings) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    struct SummaryJson<'a> {
        format_version: u32,
        outcome: Option<&'a Outcome>,
        refusal: Option<&'a Removals>,
        findings: &'a [FindingJson],
        skipped: usize,
    }
    let (outcome, refusal) = match published {
        Published::Done(outcome) => (Some(outcome), None),
        Published::Refused(removals) => (None, Some(removals)),
        Published::Nothing => (None, None),
    };
    let summary = SummaryJson {
        format_version: FORMAT_VERSION,
        outcome,
        refusal,
        findings: &findings.findings,
        skipped: findings.skipped,
    };
    serde_json::to_string_pretty(&summary).expect("plain data is JSON") + "\n"
}

/// Returns the summary as a line of text.
#[must_use]
pub(super) fn to_text(outcome: &Outcome, findings: &[Finding], check: bool) -> String {
    let (written, removed) = if check { ("to write", "to remove") } else { ("written", "removed") };
    let mut parts = vec![
        format!(
            "{}, {}, {}",
            counted(outcome.routers, "router"),
            counted(outcome.nodes, "node"),
            counted(outcome.routes, "route")
        ),
        format!(
            "{} {written}, {} {removed}, {} unchanged",
            counted(outcome.changed.len(), "file"),
            outcome.removed.len(),
            outcome.unchanged
        ),
    ];
    if !outcome.corrected_modes.is_empty() {
        let corrected = if check { "to correct" } else { "corrected" };
        parts.push(format!("{} {corrected}", counted(outcome.corrected_modes.len(), "mode")));
    }
    if !outcome.held.is_empty() {
        parts.push(format!("{} held back", counted(outcome.held.len(), "node")));
    }
    let counts = by_severity(findings.iter().map(Finding::severity));
    if !counts.is_empty() {
        parts.push(counts);
    }
    parts.join("; ")
}

/// Returns the summary of the changes of published routes, given the number of held nodes. Route
/// files do not have the services of their routes, so there are no alerts about services.
pub(super) fn of_routes(changes: &RouteChanges, held: usize) -> RouteSummary {
    let alerts = [
        (AlertKind::HeldBack, held),
        (AlertKind::SwitchedOff, changes.switched_off),
        (AlertKind::Gone, changes.gone),
        (AlertKind::NoRoutesLeft, changes.no_routes_left),
        (AlertKind::DefaultRouteRemoved, changes.default_route_removed),
        (AlertKind::DefaultRouteAdded, changes.default_route_added),
    ];
    RouteSummary {
        nodes: changes.nodes,
        changed_nodes: changes.changed_nodes,
        routes: changes.routes,
        changed_conductors: 0,
        alerts: alerts.into_iter().filter(|(_, nodes)| *nodes > 0).collect(),
    }
}

/// Returns a line about each artefact of a held node that is missing.
pub(super) fn missing_to_text(missing: &[MissingArtefact]) -> String {
    let line = |missing: &MissingArtefact| {
        let MissingArtefact { node, path } = missing;
        format!("error: {path} of the held node {node} is missing; correct the errors of the node to publish it again")
    };
    missing.iter().map(|missing| printable(&line(missing))).collect::<Vec<_>>().join("\n")
}
