//! Alerts as text.

use crate::commands::diff::compare::comparison::Alert;
use crate::commands::nodes;

/// The maximum number of prefixes that an alert names.
const NAMED: usize = 3;

/// Returns an alert with its nodes, as in `1 node is switched off: hub/n1`.
pub(super) fn sentence(alert: &Alert) -> String {
    format!("{}: {}", short(alert), details(alert))
}

/// Returns the nodes of an alert, and its prefixes.
pub(super) fn details(alert: &Alert) -> String {
    let nodes: Vec<_> = alert.nodes.iter().collect();
    let nodes = nodes::folded(&nodes);
    prefixes(alert).map_or_else(|| nodes.clone(), |prefixes| format!("{prefixes} on {nodes}"))
}

/// Returns an alert with the number of its nodes, as in `1 node is switched off`.
pub(super) fn short(alert: &Alert) -> String {
    alert.kind.describe(alert.nodes.len())
}

fn prefixes(alert: &Alert) -> Option<String> {
    let named: Vec<String> = alert.prefixes.iter().take(NAMED).map(ToString::to_string).collect();
    let more = alert.prefixes.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| named.join(", ") + &more)
}
