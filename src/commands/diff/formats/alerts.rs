//! Alerts as text.

use super::nodes;
use crate::commands::diff::compare::comparison::{Alert, AlertKind};
use crate::model::count::{counted, plural};

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
    let nodes = counted(alert.nodes.len(), "node");
    let loses = plural(alert.nodes.len(), "loses", "lose");
    let is = plural(alert.nodes.len(), "is", "are");
    match alert.kind {
        AlertKind::HeldBack => format!("{nodes} {is} held back by errors"),
        AlertKind::SwitchedOff => format!("{nodes} {is} switched off"),
        AlertKind::Gone => format!("{nodes} {is} gone"),
        AlertKind::NoRoutesLeft => format!("{nodes} {} all routes", loses),
        AlertKind::DefaultRouteRemoved => {
            format!("{nodes} {} the default route", loses)
        }
        AlertKind::DefaultRouteAdded => format!("{nodes} {} a default route", plural(alert.nodes.len(), "gets", "get")),
        AlertKind::ConductorRouteRemoved => {
            format!("{nodes} {} a route to a conductor", loses)
        }
        AlertKind::ManagementRouteRemoved => {
            format!("{nodes} {} a route to a management service", loses)
        }
    }
}

fn prefixes(alert: &Alert) -> Option<String> {
    let named: Vec<String> = alert.prefixes.iter().take(NAMED).map(ToString::to_string).collect();
    let more = alert.prefixes.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| named.join(", ") + &more)
}
