//! A comparison as metrics, for the textfile folder of the node exporter.
//!
//! The text is valid OpenMetrics and valid in Prometheus's own format, which knows fewer types. So
//! all metrics are gauges.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use crate::fleet::{FleetReport, MinionReport, MinionState};

/// The prefix of all names.
const PREFIX: &str = "loopback_static_routes_fleet";

/// Returns the metrics. Minions that are up to date are only counted.
pub(super) fn render(report: &FleetReport) -> String {
    let mut text = String::new();
    family(&mut text, "minions", "Minions by the state of their routers.");
    for state in MinionState::ALL {
        sample(&mut text, "minions", &[("state", state.code())], report.in_state(state).count());
    }
    family(&mut text, "minion", "A minion that is not up to date, always 1.");
    for minion in report.minions.iter().filter(|minion| minion.state != MinionState::UpToDate) {
        let (router, node) = names(minion);
        let labels = [("minion", minion.minion.as_str()), ("router", router), ("node", node)];
        sample(&mut text, "minion", &[&labels[..], &[("state", minion.state.code())]].concat(), 1);
    }
    family(&mut text, "drift", "Routes of all minions by their difference from the configuration.");
    let mut drift: BTreeMap<&str, usize> = BTreeMap::new();
    for (code, count) in report.minions.iter().filter_map(|minion| minion.summary.as_ref()).flat_map(|told| &told.drift)
    {
        let sum = drift.entry(code).or_default();
        *sum = sum.saturating_add(*count);
    }
    drift.iter().for_each(|(code, count)| sample(&mut text, "drift", &[("drift", code)], count));
    family(&mut text, "returns", "How often the document of a minion came back after another one, if it did.");
    for minion in report.minions.iter().filter(|minion| minion.returns() > 0) {
        sample(&mut text, "returns", &[("minion", &minion.minion)], minion.returns());
    }
    text + "# EOF\n"
}

/// Returns the router and the node of a minion: those of its document, or those that it tells.
fn names(minion: &MinionReport) -> (&str, &str) {
    match (&minion.node, &minion.summary) {
        (Some(node), _) => (&node.router, &node.node),
        (None, Some(summary)) => (&summary.router, &summary.node),
        (None, None) => ("", ""),
    }
}

fn family(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# TYPE {PREFIX}_{name} gauge\n# HELP {PREFIX}_{name} {help}");
}

fn sample(text: &mut String, name: &str, labels: &[(&str, &str)], value: impl Display) {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
    let _ = writeln!(text, "{PREFIX}_{name}{{{}}} {value}", labels.join(","));
}

/// Escapes the value of a label.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
