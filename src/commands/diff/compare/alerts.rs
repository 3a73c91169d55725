//! The effects that a reviewer must not miss.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::comparison::{Alert, Change, ErrorCause, RouteChange, RouteChangeKind, State};
use crate::commands::route_summary::AlertKind;
use crate::model::NodeId;
use crate::model::authority::Purpose;
use crate::model::line_order::LineOrder;
use crate::model::route::default_prefix;

/// Returns the alerts about these changes. `still_held` are the nodes that both configurations hold
/// back, with their errors.
pub(super) fn alerts(changes: &[Change], still_held: Vec<(NodeId, Vec<ErrorCause>)>) -> Vec<Alert> {
    let mut alerts: BTreeMap<AlertKind, Alert> = BTreeMap::new();
    for (node, errors) in still_held {
        add(&mut alerts, AlertKind::HeldBack, &[node], None, &errors);
    }
    for change in changes {
        if let Some(kind) = of_state(change) {
            add(&mut alerts, kind, &change.nodes, None, &change.errors);
        } else if change.loses_all {
            add(&mut alerts, AlertKind::NoRoutesLeft, &change.nodes, None, &[]);
        }
        for route in change.parts.iter().flat_map(|part| &part.routes) {
            let (kind, prefix) = of_route(route);
            if let Some(kind) = kind {
                add(&mut alerts, kind, &change.nodes, prefix, &[]);
            }
        }
    }
    let mut alerts: Vec<Alert> = alerts.into_values().collect();
    for alert in &mut alerts {
        alert.nodes.sort();
        alert.nodes.dedup();
        alert.prefixes.sort_by_key(|prefix| LineOrder::of(*prefix));
        alert.prefixes.dedup();
        alert.errors.sort();
        alert.errors.dedup();
    }
    alerts
}

fn add(
    alerts: &mut BTreeMap<AlertKind, Alert>,
    kind: AlertKind,
    nodes: &[NodeId],
    prefix: Option<Ipv4Net>,
    errors: &[ErrorCause],
) {
    let none = || Alert { kind, nodes: Vec::new(), prefixes: Vec::new(), errors: Vec::new() };
    let alert = alerts.entry(kind).or_insert_with(none);
    alert.nodes.extend_from_slice(nodes);
    alert.prefixes.extend(prefix);
    alert.errors.extend_from_slice(errors);
}

fn of_state(change: &Change) -> Option<AlertKind> {
    match change.after {
        State::Held => Some(AlertKind::HeldBack),
        State::Off if matches!(change.before, State::On | State::Held) => Some(AlertKind::SwitchedOff),
        State::Absent | State::Unmanaged => Some(AlertKind::Gone),
        State::Off | State::On => None,
    }
}

/// Returns the alert about a route, and the prefix that it names.
fn of_route(route: &RouteChange) -> (Option<AlertKind>, Option<Ipv4Net>) {
    let is_default = route.prefix == default_prefix();
    match (route.kind(), route.purpose) {
        (RouteChangeKind::Added, _) if is_default => (Some(AlertKind::DefaultRouteAdded), None),
        (RouteChangeKind::Removed, _) if is_default => (Some(AlertKind::DefaultRouteRemoved), None),
        (RouteChangeKind::Removed, Some(Purpose::Conductor)) => {
            (Some(AlertKind::ConductorRouteRemoved), Some(route.prefix))
        }
        (RouteChangeKind::Removed, Some(Purpose::Management)) => {
            (Some(AlertKind::ManagementRouteRemoved), Some(route.prefix))
        }
        _ => (None, None),
    }
}
