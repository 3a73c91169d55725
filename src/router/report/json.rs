//! The results as JSON.

use serde::Serialize;

use crate::model::Metric;
use crate::router::apply::Applied;
use crate::router::diff::Conflict;
use crate::router::error::Error;
use crate::router::kernel::{Interface, Request};
use crate::router::status::{Drift, Row, Status};

/// The version of the formats.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct StatusJson<'s> {
    format_version: u32,
    router: &'s str,
    node: &'s str,
    enabled: bool,
    in_agreement: bool,
    interface: &'static str,
    file: FileJson<'s>,
    routes: Vec<RowJson>,
    other_routes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct FileJson<'s> {
    path: String,
    step: &'static str,
    foreign_lines: &'s [String],
}

#[derive(Serialize)]
struct RowJson {
    prefix: String,
    metric: Metric,
    desired: bool,
    file: bool,
    kernel: Option<String>,
    drift: Vec<&'static str>,
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
    error: String,
}

/// Returns the output of `status --json`.
#[must_use]
pub fn status_json(status: &Status) -> String {
    let desired = &status.inputs.desired;
    print(&StatusJson {
        format_version: FORMAT_VERSION,
        router: &desired.router,
        node: &desired.node,
        enabled: desired.routes.is_some(),
        in_agreement: status.is_in_agreement(),
        interface: interface_json(status.observation.interface),
        file: file_json(status),
        routes: status.rows().iter().map(row_json).collect(),
        other_routes: status.foreign_routes(),
    })
}

/// Returns the output of `check --json`.
#[must_use]
pub fn check_json(status: &Status) -> String {
    print(&CheckJson {
        format_version: FORMAT_VERSION,
        would_change: status.has_changes(),
        interface: interface_json(status.observation.interface),
        file: file_json(status),
        requests: status.requests().iter().map(request_json).collect(),
        conflicts: status.conflicts.iter().map(conflict_json).collect(),
        waiting: status.observation.waiting.len(),
    })
}

/// Returns the output of `apply --json`.
#[must_use]
pub fn applied_json(applied: &Applied) -> String {
    let outcome = match (applied.has_conflicts(), applied.waiting) {
        (true, _) => "conflicts",
        (false, 0) => "done",
        (false, _) => "waiting",
    };
    print(&AppliedJson {
        format_version: FORMAT_VERSION,
        outcome,
        interface: interface_json(applied.interface),
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
    let outcome = if error.is_finding() { "refused" } else { "failed" };
    print(&ErrorJson { format_version: FORMAT_VERSION, outcome, error: error.to_string() })
}

fn file_json(status: &Status) -> FileJson<'_> {
    let step = status.inputs.plan.step.code();
    FileJson { path: status.inputs.path.display().to_string(), step, foreign_lines: &status.inputs.plan.foreign }
}

fn row_json(row: &Row) -> RowJson {
    RowJson {
        prefix: row.route.prefix.to_string(),
        metric: row.route.metric,
        desired: row.is_desired,
        file: row.is_stored,
        kernel: row.kernel.map(|protocol| protocol.to_string()),
        drift: row.drift.iter().map(Drift::code).collect(),
    }
}

fn request_json(request: &Request) -> RequestJson {
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

fn interface_json(interface: Interface) -> &'static str {
    match interface {
        Interface::Missing => "missing",
        Interface::Down => "down",
        Interface::WithoutLinkRoute(_) => "without-link-route",
        Interface::Ready(_) => "ready",
    }
}

fn print(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names and numbers are JSON") + "\n"
}
