//! The results as text.

use std::fmt::Write as _;

use crate::contract::route_file::RouteLine;
use crate::model::Metric;
use crate::model::count::{counted, plural};
use crate::router::kernel::{Described, Protocol, Request};
use crate::router::status::{Row, Status};

/// Returns the output of `status`.
#[must_use]
pub fn status_text(status: &Status) -> String {
    let (inputs, observation, rows) = (&status.inputs, &status.observation, status.rows());
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        let _ = writeln!(text, "{label:<10}{value}");
    };
    let (router, node) = (inputs.desired.router.escape_debug(), inputs.desired.node.escape_debug());
    let switch = if inputs.desired.routes.is_some() { "on" } else { "off" };
    line("node", format!("{router} {node}, the plugin is {switch}"));
    line("file", format!("{}: {}", inputs.path.display(), inputs.plan.step));
    let foreign_routes = match status.foreign_routes() {
        0 => String::new(),
        count => {
            let routes = counted(count, "route");
            let owner = plural(count, "another program, which is", "other programs, which are");
            format!("; {routes} of {owner} left alone")
        }
    };
    line("kernel", format!("{}{foreign_routes}", observation.interface));
    for foreign in &inputs.plan.foreign {
        line("drift", format!("unknown line below the marker: {foreign:?}"));
    }
    let result = if status.is_in_agreement() {
        "document, file and kernel agree".to_owned()
    } else {
        let count = rows.iter().filter(|row| !row.drift.is_empty()).count();
        format!("{} {}", counted(count, "route"), plural(count, "drifts", "drift"))
    };
    line("result", result);
    if !rows.is_empty() {
        text.push('\n');
        table(&mut text, &rows);
    }
    text
}

fn table(text: &mut String, rows: &[Row]) {
    let heading = ["DESTINATION", "METRIC", "DESIRED", "FILE", "KERNEL", "DRIFT"].map(str::to_owned);
    let lines: Vec<[String; 6]> = std::iter::once(heading).chain(rows.iter().map(cells)).collect();
    let widths: Vec<usize> =
        (0..5).map(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or(0)).collect();
    for line in lines {
        let padded: String =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ", width = *width)).collect();
        let _ = writeln!(text, "{}", format!("{padded}{}", line[5]).trim_end());
    }
}

fn cells(row: &Row) -> [String; 6] {
    let yes = |is: bool| if is { "yes" } else { "-" }.to_owned();
    let kernel = match row.kernel {
        None => "-".to_owned(),
        Some(Protocol::OURS) => "ours".to_owned(),
        Some(protocol) => protocol.to_string(),
    };
    let drift: Vec<String> = row.drift.iter().map(ToString::to_string).collect();
    let Metric(metric) = row.route.metric;
    let (desired, stored) = (yes(row.is_desired), yes(row.is_stored));
    [row.route.prefix.to_string(), metric.to_string(), desired, stored, kernel, drift.join("; ")]
}

/// Returns the output of `check`: what `apply` would do, one line for each step.
#[must_use]
pub fn check_text(status: &Status) -> String {
    let mut text = String::new();
    let step = status.inputs.plan.step;
    if !step.is_empty() {
        let _ = writeln!(text, "{}: {}", status.inputs.path.display(), step);
    }
    for request in status.requests() {
        let (verb, route) = match &request {
            Request::Add(route) => ("add", route),
            Request::Append(route) => ("append", route),
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
        let (routes, verb) = (counted(waiting, "route"), plural(waiting, "waits", "wait"));
        let _ = writeln!(text, "{}: {routes} {verb} for it", status.observation.interface);
    }
    if text.is_empty() {
        text.push_str("nothing to do\n");
    }
    text
}
