//! The effects of the edits: which nodes and routes they change.

use std::collections::HashMap;

use super::comparison::{Change, Comparison, EditEffect, EditIndex, ErrorCause, Part, RouteChange, State};
use super::edits::{EditSet, Edits};
use crate::model::NodeId;

/// The change of a node. Nodes of several routers can have the same.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct NodeChange {
    /// The old and the new state.
    pub(super) states: [State; 2],
    /// The edits that cause the change of the state.
    pub(super) because: EditSet,
    pub(super) errors: Vec<ErrorCause>,
    /// True if the node had routes, and has none now.
    pub(super) loses_all: bool,
    /// The changed routes, grouped by the edits that cause them.
    pub(super) parts: Vec<(EditSet, Vec<RouteChange>)>,
}

/// Returns the comparison: the edits with their effects, and the changes.
pub(super) fn comparison(
    edits: &Edits<'_>,
    changes: HashMap<NodeChange, Vec<NodeId>>,
    nodes: usize,
    changed_conductors: usize,
) -> Comparison {
    let mut order: Vec<usize> = (0..edits.all().len()).collect();
    order.sort_by_cached_key(|id| edits.get(*id).order());
    let mut index_of = vec![0; order.len()];
    order.iter().enumerate().for_each(|(index, id)| index_of[*id] = index);
    let effect = |id: &usize| EditEffect {
        edit: edits.get(*id).clone(),
        routers: edits.routers_of(*id).iter().map(|router| (*router).to_owned()).collect(),
        nodes: 0,
        routes: [0; 3],
    };
    let mut effects: Vec<EditEffect> = order.iter().map(effect).collect();
    let mut changes: Vec<Change> =
        changes.into_iter().map(|(change, nodes)| numbered(change, nodes, &index_of)).collect();
    changes.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    changes.iter().for_each(|change| count(change, &mut effects));
    let changed_nodes = changes.iter().map(|change| change.nodes.len()).sum();
    Comparison { nodes, changed_nodes, changed_conductors, alerts: Vec::new(), edits: effects, changes }
}

/// Returns a change with the edits by their index in the output.
fn numbered(change: NodeChange, nodes: Vec<NodeId>, index_of: &[usize]) -> Change {
    let numbers = |edits: EditSet| {
        let mut numbers: Vec<EditIndex> = edits.into_iter().map(|id| index_of[id]).collect();
        numbers.sort_unstable();
        numbers
    };
    let parts = change.parts.into_iter().map(|(edits, routes)| Part { because: numbers(edits), routes });
    let mut parts: Vec<Part> = parts.collect();
    parts.sort_by(|a, b| a.because.cmp(&b.because));
    let NodeChange { states: [before, after], because, errors, loses_all, .. } = change;
    Change { nodes, before, after, because: numbers(because), errors, loses_all, parts }
}

/// Adds a change to the effects of its edits.
fn count(change: &Change, effects: &mut [EditEffect]) {
    let mut edits = change.because.clone();
    for part in &change.parts {
        for edit in &part.because {
            for route in &part.routes {
                effects[*edit].routes[route.kind() as usize] += change.nodes.len();
            }
        }
        edits.extend(&part.because);
    }
    edits.sort_unstable();
    edits.dedup();
    edits.into_iter().for_each(|edit| effects[edit].nodes += change.nodes.len());
}
