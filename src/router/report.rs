//! What a run found or did, as text for people and as JSON for programs (`docs/router.md`).

use std::fmt::Write as _;

use serde::Serialize;

use crate::contract::route_file::RouteLine;
use crate::model::Metric;
use crate::router::apply::Applied;
use crate::router::diff::Conflict;
use crate::router::kernel::{Described, Interface, Protocol, Request};
use crate::router::route_file::FileStep;
use crate::router::situation::Error;
use crate::router::status::{Row, Status};

/// Version of the JSON formats.
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
    file: FileJson,
    routes: Vec<RowJson>,
    other_routes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct FileJson {
    path: String,
    step: &'static str,
    foreign_lines: Vec<String>,
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
struct CheckJson {
    format_version: u32,
    would_change: bool,
    interface: &'static str,
    file: FileJson,
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

/// What `status` prints.
#[must_use]
pub fn status_text(status: &Status) -> String {
    let desired = &status.situation.desired;
    let rows = status.rows();
    let drifting = rows.iter().filter(|row| !row.drift.is_empty()).count();
    let mut text = String::new();
    let mut line = |label: &str, said: String| {
        let _ = writeln!(text, "{label:<10}{said}");
    };
    line(
        "node",
        format!(
            "{} {}, the plugin is {}",
            desired.router.escape_debug(),
            desired.node.escape_debug(),
            if desired.routes.is_some() { "on" } else { "off" }
        ),
    );
    line("file", format!("{}: {}", status.situation.path.display(), step_in_words(&status.situation.plan.step)));
    let others = match status.foreign_routes() {
        0 => String::new(),
        1 => "; 1 of its routes is another's and left alone".to_owned(),
        count => format!("; {count} of its routes are others' and left alone"),
    };
    line("kernel", format!("{}{others}", status.observation.interface));
    for foreign in status.foreign_lines() {
        line("drift", format!("a line below the marker is no route of ours: {foreign:?}"));
    }
    let agreement = if status.in_agreement() {
        "document, file and kernel agree".to_owned()
    } else {
        format!("{drifting} routes drift")
    };
    line("result", agreement);
    if !rows.is_empty() {
        text.push('\n');
        table(&mut text, &rows);
    }
    text
}

fn table(text: &mut String, rows: &[Row]) {
    let heading = ["DESTINATION", "METRIC", "DESIRED", "FILE", "KERNEL", "DRIFT"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let yes = |is: bool| if is { "yes" } else { "-" }.to_owned();
        let kernel = row.kernel.map_or_else(|| "-".to_owned(), in_words);
        let drift: Vec<String> = row.drift.iter().map(ToString::to_string).collect();
        let Metric(metric) = row.route.metric;
        [row.route.prefix.to_string(), metric.to_string(), yes(row.desired), yes(row.in_file), kernel, drift.join("; ")]
    });
    let lines: Vec<[String; 6]> = std::iter::once(heading).chain(cells).collect();
    let widths: Vec<usize> =
        (0..5).map(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or(0)).collect();
    for line in lines {
        let padded: String =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ", width = *width)).collect();
        let _ = writeln!(text, "{}", format!("{padded}{}", line[5]).trim_end());
    }
}

fn in_words(protocol: Protocol) -> String {
    if protocol == Protocol::OURS { "ours".to_owned() } else { protocol.to_string() }
}

/// What `check` prints: what applying would do, a line a step.
#[must_use]
pub fn check_text(status: &Status) -> String {
    let mut text = String::new();
    let path = status.situation.path.display();
    if status.situation.plan.step != FileStep::Keep {
        let _ = writeln!(text, "{path}: {}", step_in_words(&status.situation.plan.step));
    }
    for request in status.requests() {
        let (verb, route) = match &request {
            Request::Add(route) => ("add", route),
            Request::Delete(route) => ("delete", route),
        };
        let _ = writeln!(text, "ip route {verb} {} proto {}", RouteLine(route.route), route.protocol);
    }
    for (conflict, interface) in &status.conflicts {
        let (wanted, protocol) = (Described(conflict.wanted), conflict.holder.protocol);
        let holder = interface.as_deref().unwrap_or("another route");
        let _ = writeln!(text, "conflict: {wanted} is held by {holder} (protocol {protocol})");
    }
    let waiting = status.observation.waiting.len();
    if waiting > 0 {
        let routes = if waiting == 1 { "route waits" } else { "routes wait" };
        let _ = writeln!(text, "{}: {waiting} {routes} for it", status.observation.interface);
    }
    if text.is_empty() {
        text.push_str("nothing to do\n");
    }
    text
}

fn step_in_words(step: &FileStep) -> &'static str {
    match step {
        FileStep::Keep => "as it should be",
        FileStep::Write { .. } => "to be written",
        FileStep::Restore | FileStep::Compose { .. } => "to be replaced by the backup of what was there before",
        FileStep::Remove => "to be removed",
        FileStep::DropBackup => "as it should be, but for its backup, which is to be removed",
    }
}

fn step_name(step: &FileStep) -> &'static str {
    match step {
        FileStep::Keep => "keep",
        FileStep::Write { .. } => "write",
        FileStep::Restore | FileStep::Compose { .. } => "restore",
        FileStep::Remove => "remove",
        FileStep::DropBackup => "drop-backup",
    }
}

fn interface_name(interface: Interface) -> &'static str {
    match interface {
        Interface::Missing => "missing",
        Interface::Down => "down",
        Interface::WithoutAddress(_) => "without-address",
        Interface::Ready(_) => "ready",
    }
}

fn file_json(status: &Status) -> FileJson {
    FileJson {
        path: status.situation.path.display().to_string(),
        step: step_name(&status.situation.plan.step),
        foreign_lines: status.foreign_lines(),
    }
}

fn conflicts_json(conflicts: &[(Conflict, Option<String>)]) -> Vec<ConflictJson> {
    conflicts
        .iter()
        .map(|(conflict, interface)| ConflictJson {
            prefix: conflict.wanted.prefix.to_string(),
            metric: conflict.wanted.metric,
            interface: interface.clone(),
            protocol: conflict.holder.protocol.to_string(),
        })
        .collect()
}

/// What `status --json` prints.
#[must_use]
pub fn status_json(status: &Status) -> String {
    let desired = &status.situation.desired;
    let routes = status.rows().into_iter().map(|row| RowJson {
        prefix: row.route.prefix.to_string(),
        metric: row.route.metric,
        desired: row.desired,
        file: row.in_file,
        kernel: row.kernel.map(|protocol| protocol.to_string()),
        drift: row.drift.iter().map(super::status::Drift::code).collect(),
    });
    print(&StatusJson {
        format_version: FORMAT_VERSION,
        router: &desired.router,
        node: &desired.node,
        enabled: desired.routes.is_some(),
        in_agreement: status.in_agreement(),
        interface: interface_name(status.observation.interface),
        file: file_json(status),
        routes: routes.collect(),
        other_routes: status.foreign_routes(),
    })
}

/// What `check --json` prints.
#[must_use]
pub fn check_json(status: &Status) -> String {
    let requests = status.requests().into_iter().map(|request| RequestJson {
        action: if matches!(request, Request::Add(_)) { "add" } else { "delete" },
        prefix: request.route().route.prefix.to_string(),
        metric: request.route().route.metric,
        protocol: request.route().protocol.to_string(),
    });
    print(&CheckJson {
        format_version: FORMAT_VERSION,
        would_change: status.would_change(),
        interface: interface_name(status.observation.interface),
        file: file_json(status),
        requests: requests.collect(),
        conflicts: conflicts_json(&status.conflicts),
        waiting: status.observation.waiting.len(),
    })
}

/// What `apply --json` prints.
#[must_use]
pub fn applied_json(applied: &Applied) -> String {
    let outcome = match (applied.conflicts.is_empty(), applied.waiting) {
        (false, _) => "conflicts",
        (true, 0) => "done",
        (true, _) => "waiting",
    };
    print(&AppliedJson {
        format_version: FORMAT_VERSION,
        outcome,
        interface: interface_name(applied.interface),
        file_changed: applied.file_changed,
        added: applied.added,
        deleted: applied.deleted,
        conflicts: conflicts_json(&applied.conflicts),
        waiting: applied.waiting,
    })
}

/// What `--json` prints of a run that failed.
#[must_use]
pub fn error_json(error: &Error) -> String {
    let outcome = if error.is_finding() { "refused" } else { "failed" };
    print(&ErrorJson { format_version: FORMAT_VERSION, outcome, error: error.to_string() })
}

fn print(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names and numbers are JSON") + "\n"
}
