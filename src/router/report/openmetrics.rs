//! The result of `status` as metrics, for the textfile folder of the node exporter.
//!
//! The text is valid OpenMetrics and valid in Prometheus's own format, which knows fewer types. So
//! all metrics are gauges.

use std::fmt::Write as _;

use super::{DocumentFacts, Surroundings, guard};
use crate::contract::Verdict;
use crate::router::error::Error;
use crate::router::status::{Drift, Status};

/// The prefix of all names.
const PREFIX: &str = "loopback_static_routes";

/// The states of kni254, as in JSON.
const INTERFACES: [&str; 5] = ["ready", "no-carrier", "missing", "down", "without-link-route"];

/// Metrics in the making.
struct Metrics(String);

/// Returns the output of `status --format openmetrics`.
#[must_use]
pub fn status_metrics(status: &Status, surroundings: &Surroundings) -> String {
    let mut metrics = Metrics(String::new());
    metrics.verdict(status.verdict());
    let rows = status.rows();
    metrics.family("routes", "Routes by where they are.");
    let counts = [
        ("desired", rows.iter().filter(|row| row.is_desired).count()),
        ("file", rows.iter().filter(|row| row.is_stored).count()),
        ("kernel", rows.iter().filter(|row| row.kernel.is_some()).count()),
        ("other", status.foreign_routes()),
    ];
    counts.iter().for_each(|(place, count)| metrics.sample("routes", &[("place", place)], count));
    metrics.family("drift", "Routes by their difference from the configuration.");
    for code in Drift::CODES {
        let count = rows.iter().flat_map(|row| &row.drift).filter(|drift| drift.code() == code).count();
        metrics.sample("drift", &[("drift", code)], count);
    }
    metrics.family("interface", "The state of kni254: 1 for the one that it has.");
    let state = super::interface_code(status);
    INTERFACES.iter().for_each(|code| metrics.sample("interface", &[("state", code)], u8::from(*code == state)));
    metrics.guard(status, surroundings);
    metrics.document(status);
    metrics.surroundings(surroundings);
    metrics.end()
}

/// Returns the output of `status --format openmetrics` after an error.
#[must_use]
pub fn status_error_metrics(error: &Error, surroundings: &Surroundings) -> String {
    let mut metrics = Metrics(String::new());
    metrics.verdict(error.verdict());
    metrics.surroundings(surroundings);
    metrics.end()
}

impl Metrics {
    fn family(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.0, "# TYPE {PREFIX}_{name} gauge\n# HELP {PREFIX}_{name} {help}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{PREFIX}_{name}{labels} {value}");
    }

    fn verdict(&mut self, verdict: Verdict) {
        self.family("in_agreement", "1 if document, file and kernel agree and the routes are used.");
        self.sample("in_agreement", &[], u8::from(verdict == Verdict::InAgreement));
        self.family("verdict", "The verdict of status: 1 for the one that applies.");
        for one in Verdict::ALL {
            self.sample("verdict", &[("verdict", one.code())], u8::from(one == verdict));
        }
    }

    fn guard(&mut self, status: &Status, surroundings: &Surroundings) {
        if !status.guarded.is_readable {
            return;
        }
        self.family("peers_answered", "Peers that answered in a confirmed state. Without any, no change is tried.");
        self.sample("peers_answered", &[], status.guarded.answered.len());
        if let Some(seconds) = guard::trial_seconds_left(status, surroundings) {
            self.family("trial_seconds_left", "The time until the trial is reverted.");
            self.sample("trial_seconds_left", &[], seconds);
        }
    }

    fn document(&mut self, status: &Status) {
        if !status.has_document {
            return;
        }
        let (facts, desired) = (DocumentFacts::of(status), &status.desired);
        self.family("document", "The document, always 1. The digest is that of the route file.");
        let digest = facts.digest.unwrap_or_default();
        self.sample("document", &[("digest", &digest), ("router", &desired.router), ("node", &desired.node)], 1);
        self.family("enabled", "1 if the plugin is on.");
        self.sample("enabled", &[], u8::from(desired.routes.is_some()));
        if let Some(modified) = facts.modified {
            self.family("document_timestamp_seconds", "When Salt wrote the document, since the epoch.");
            self.sample("document_timestamp_seconds", &[], modified);
        }
    }

    fn surroundings(&mut self, surroundings: &Surroundings) {
        let Some(units) = &surroundings.units else { return };
        self.family("unit_active", "1 if a unit is active and enabled.");
        for unit in &units.starters {
            self.sample("unit_active", &[("unit", &unit.name)], u8::from(unit.is_on()));
        }
        if let Some(run) = surroundings.last_run() {
            self.family("last_run_timestamp_seconds", "When the last run of a service ended, since the epoch.");
            let ended = surroundings.now.saturating_sub(i64::try_from(run.age).unwrap_or(i64::MAX));
            self.sample("last_run_timestamp_seconds", &[], ended);
            self.family("last_run_exit_code", "The exit code of the last run of a service.");
            self.sample("last_run_exit_code", &[], run.code);
        }
    }

    fn end(mut self) -> String {
        self.0.push_str("# EOF\n");
        self.0
    }
}

/// Escapes the value of a label.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
