//! The results as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::command::Command;
use super::guard::{GuardJson, guard_json};
use super::next::steps;
use super::{DocumentFacts, Surroundings, Unit, interface_code, interface_name};
use crate::contract::Verdict;
use crate::model::Metric;
use crate::router::apply::Applied;
use crate::router::confirm::Outcome;
use crate::router::confirm::record::Phase;
use crate::router::diff::Conflict;
use crate::router::error::Error;
use crate::router::kernel::{Described, Request};
use crate::router::status::{Drift, Row, Status};

/// The version of the formats.
const FORMAT_VERSION: u32 = 1;

/// The most bytes of a summary.
const SUMMARY: usize = 1_500;

/// The most differences in a summary. All differences of a router can be megabytes.
const SUMMARY_FIRST: usize = 10;

/// The most conflicts in a summary.
const SUMMARY_CONFLICTS: usize = 3;

/// The most characters of a name in a summary that is too long.
const SUMMARY_NAME: usize = 24;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct StatusJson<'s> {
    format_version: u32,
    verdict: &'static str,
    router: &'s str,
    node: &'s str,
    enabled: bool,
    in_agreement: bool,
    interface: &'static str,
    document: DocumentJson,
    file: FileJson<'s>,
    routes: Vec<RowJson>,
    other_routes: usize,
    units: Option<BTreeMap<&'s str, UnitJson<'s>>>,
    last_run: Option<LastRunJson>,
    guard: Option<GuardJson>,
    next: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SummaryJson {
    format_version: u32,
    verdict: &'static str,
    router: String,
    node: String,
    enabled: bool,
    in_agreement: bool,
    interface: &'static str,
    digest: Option<String>,
    returns: u32,
    desired: usize,
    drift: BTreeMap<&'static str, usize>,
    first: Vec<DifferenceJson>,
    held: Vec<ConflictJson>,
    units_off: usize,
    unguarded: bool,
    last_run: Option<LastRunJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DocumentJson {
    path: String,
    digest: Option<String>,
    age_seconds: Option<u64>,
    returns: u32,
}

#[derive(Serialize)]
struct UnitJson<'s> {
    active: &'s str,
    enabled: &'s str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LastRunJson {
    age_seconds: u64,
    exit_code: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct FileJson<'s> {
    path: String,
    step: &'static str,
    foreign_lines: &'s [String],
    uncovered: Vec<String>,
}

#[derive(Serialize)]
struct RowJson {
    prefix: String,
    metric: Metric,
    desired: bool,
    file: bool,
    kernel: Option<String>,
    drift: Vec<&'static str>,
    holder: Option<HolderJson>,
}

#[derive(Serialize)]
struct HolderJson {
    interface: Option<String>,
    protocol: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CheckJson<'s> {
    format_version: u32,
    would_change: bool,
    interface: &'static str,
    file: FileJson<'s>,
    requests: Vec<RequestJson>,
    conflicts: Vec<ConflictJson>,
    waiting: usize,
}

#[derive(Serialize)]
struct RequestJson {
    action: &'static str,
    prefix: String,
    metric: Metric,
    protocol: String,
    command: String,
}

#[derive(Serialize)]
struct DifferenceJson {
    prefix: String,
    metric: Metric,
    drift: &'static str,
}

#[derive(Serialize)]
struct ConflictJson {
    prefix: String,
    metric: Metric,
    interface: Option<String>,
    protocol: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AppliedJson {
    format_version: u32,
    outcome: &'static str,
    interface: &'static str,
    file_changed: bool,
    added: usize,
    deleted: usize,
    conflicts: Vec<ConflictJson>,
    waiting: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ErrorJson {
    format_version: u32,
    outcome: &'static str,
    verdict: &'static str,
    error: String,
}

/// Returns the output of `status --json`.
#[must_use]
pub fn status_json(status: &Status, surroundings: &Surroundings) -> String {
    let desired = &status.desired;
    let facts = DocumentFacts::of(status);
    let units = surroundings
        .units
        .as_ref()
        .map(|units| units.starters.iter().map(|unit| (&*unit.name, unit_json(unit))).collect());
    print(&StatusJson {
        format_version: FORMAT_VERSION,
        verdict: status.verdict().code(),
        router: &desired.router,
        node: &desired.node,
        enabled: desired.routes.is_some(),
        in_agreement: status.verdict() == Verdict::InAgreement,
        interface: interface_code(status),
        document: DocumentJson {
            path: status.document.display().to_string(),
            digest: facts.digest,
            age_seconds: facts.modified.map(|modified| surroundings.age(modified)),
            returns: status.returns,
        },
        file: file_json(status),
        routes: status.rows().iter().map(row_json).collect(),
        other_routes: status.foreign_routes(),
        units,
        last_run: last_run_json(surroundings),
        guard: guard_json(status, surroundings),
        next: steps(status, surroundings),
    })
}

/// Returns the output of `status --json --summary`: one line of less than 1.5 kB. If necessary,
/// names are cut, and differences and conflicts are left out.
#[must_use]
pub fn summary_json(status: &Status, surroundings: &Surroundings) -> String {
    let desired = &status.desired;
    let (rows, mut drift) = (status.rows(), BTreeMap::new());
    let differences = || rows.iter().flat_map(|row| row.drift.iter().map(|difference| (row.route, difference.code())));
    differences().for_each(|(_, code)| *drift.entry(code).or_default() += 1);
    let first = differences().take(SUMMARY_FIRST).map(|(route, drift)| DifferenceJson {
        prefix: route.prefix.to_string(),
        metric: route.metric,
        drift,
    });
    let mut summary = SummaryJson {
        format_version: FORMAT_VERSION,
        verdict: status.verdict().code(),
        router: desired.router.clone(),
        node: desired.node.clone(),
        enabled: desired.routes.is_some(),
        in_agreement: status.verdict() == Verdict::InAgreement,
        interface: interface_code(status),
        digest: DocumentFacts::of(status).digest,
        returns: status.returns,
        desired: status.desired.routes.as_ref().map_or(0, Vec::len),
        drift,
        first: first.collect(),
        held: status.conflicts.iter().take(SUMMARY_CONFLICTS).map(conflict_json).collect(),
        units_off: surroundings.units_off().count(),
        unguarded: status.guarded.is_unguarded(),
        last_run: last_run_json(surroundings),
    };
    loop {
        let text = serde_json::to_string(&summary).expect("names and numbers are JSON") + "\n";
        if text.len() <= SUMMARY {
            return text;
        }
        // A character takes at most six bytes.
        for name in [&mut summary.router, &mut summary.node] {
            if name.chars().count() > SUMMARY_NAME {
                *name = name.chars().take(SUMMARY_NAME - 1).chain(['…']).collect();
            }
        }
        if summary.first.pop().is_none() && summary.held.pop().is_none() {
            return text;
        }
    }
}

fn unit_json(unit: &Unit) -> UnitJson<'_> {
    UnitJson { active: &unit.active, enabled: &unit.enabled }
}

fn last_run_json(surroundings: &Surroundings) -> Option<LastRunJson> {
    surroundings.last_run().map(|run| LastRunJson { age_seconds: run.age, exit_code: run.code })
}

/// Returns the output of `check --json`.
#[must_use]
pub fn check_json(status: &Status) -> String {
    print(&CheckJson {
        format_version: FORMAT_VERSION,
        would_change: status.has_changes(),
        interface: interface_code(status),
        file: file_json(status),
        requests: status.requests().iter().map(|request| request_json(request, status)).collect(),
        conflicts: status.conflicts.iter().map(conflict_json).collect(),
        waiting: status.observation.waiting.len(),
    })
}

/// Returns the output of `apply --json`.
#[must_use]
pub fn applied_json(applied: &Applied) -> String {
    let outcome = match (&applied.outcome, applied.has_conflicts(), applied.waiting) {
        (Outcome::Pending(Phase::Trial(_)), ..) => "trial",
        (Outcome::Pending(_) | Outcome::Reverted, ..) => "reverted",
        (Outcome::Postponed(_), ..) => "postponed",
        (Outcome::Quarantined(_), ..) => "quarantined",
        (Outcome::Confirmed, true, _) => "conflicts",
        (Outcome::Confirmed, false, 0) => "done",
        (Outcome::Confirmed, false, _) => "waiting",
    };
    print(&AppliedJson {
        format_version: FORMAT_VERSION,
        outcome,
        interface: interface_name(applied.interface),
        file_changed: applied.file_changed,
        added: applied.added,
        deleted: applied.deleted,
        conflicts: applied.conflicts.iter().map(conflict_json).collect(),
        waiting: applied.waiting,
    })
}

/// Returns the output of any command with `--json` that failed.
#[must_use]
pub fn error_json(error: &Error) -> String {
    let outcome = error.verdict().code();
    print(&ErrorJson { format_version: FORMAT_VERSION, outcome, verdict: outcome, error: error.to_string() })
}

fn file_json(status: &Status) -> FileJson<'_> {
    let step = status.inputs.plan.step.code();
    FileJson {
        path: status.inputs.path.display().to_string(),
        step,
        foreign_lines: &status.inputs.plan.foreign,
        uncovered: status.inputs.plan.uncovered.iter().map(|route| Described(*route).to_string()).collect(),
    }
}

fn row_json(row: &Row) -> RowJson {
    RowJson {
        prefix: row.route.prefix.to_string(),
        metric: row.route.metric,
        desired: row.is_desired,
        file: row.is_stored,
        kernel: row.kernel.map(|protocol| protocol.to_string()),
        drift: row.drift.iter().map(Drift::code).collect(),
        holder: row.drift.iter().find_map(|drift| match drift {
            Drift::Held(protocol, interface) => {
                Some(HolderJson { interface: interface.clone(), protocol: protocol.to_string() })
            }
            _ => None,
        }),
    }
}

fn request_json(request: &Request, status: &Status) -> RequestJson {
    let route = request.route();
    RequestJson {
        action: match request {
            Request::Add(_) => "add",
            Request::Append(_) => "append",
            Request::Delete(_) => "delete",
        },
        prefix: route.route.prefix.to_string(),
        metric: route.route.metric,
        protocol: route.protocol.to_string(),
        command: Command(request, status.interface_of(request)).to_string(),
    }
}

fn conflict_json((conflict, interface): &(Conflict, Option<String>)) -> ConflictJson {
    ConflictJson {
        prefix: conflict.wanted.prefix.to_string(),
        metric: conflict.wanted.metric,
        interface: interface.clone(),
        protocol: conflict.holder.protocol.to_string(),
    }
}

fn print(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names and numbers are JSON") + "\n"
}
