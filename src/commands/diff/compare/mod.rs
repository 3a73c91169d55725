//! Compares two plans: the nodes with other routes, and the edits of the configuration that cause
//! them.

pub(crate) mod comparison;
mod edits;
mod routes;

use std::collections::{BTreeMap, HashMap};

use self::comparison::{Change, Comparison, Part, State};
use self::edits::Edits;
use self::routes::{NodeSide, changed_routes, has_other_conductors};
use crate::diagnostics::Finding;
use crate::model::{Authority, NodeId, Plan, Subject};

/// One of the two configurations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// The configuration.
    pub(crate) authority: &'a Authority,
    /// Its plan.
    pub(crate) plan: &'a Plan<'a>,
    /// Its findings.
    pub(crate) findings: &'a [Finding],
}

/// Compares the routes of every node. A route with the same metric and another origin is not a
/// change.
#[must_use]
pub(crate) fn compare(old: Side<'_>, new: Side<'_>) -> Comparison {
    let mut edits = Edits::new(old.authority, new.authority);
    let mut changes: HashMap<(State, State, Vec<Part>), Vec<NodeId>> = HashMap::new();
    let (mut managed, mut changed_nodes, mut changed_conductors) = (0, 0, 0);
    for (id, [before, after]) in nodes(old, new) {
        let [old_state, new_state] =
            [&before, &after].map(|side| side.as_ref().map_or(State::Absent, |side| side.state));
        if !old_state.is_managed() && !new_state.is_managed() {
            continue;
        }
        managed += 1;
        changed_conductors += usize::from(has_other_conductors(before.as_ref(), after.as_ref()));
        let routes = changed_routes(before.as_ref(), after.as_ref());
        if routes.is_empty() && old_state == new_state {
            continue;
        }
        changed_nodes += 1;
        let is_shown = |finding: &&Finding| new_state == State::Held && holds_back(finding, &id);
        let parts = edits.parts(&id, routes, new.findings.iter().filter(is_shown));
        changes.entry((old_state, new_state, parts)).or_default().push(id);
    }
    let mut changes: Vec<Change> =
        changes.into_iter().map(|((before, after, parts), nodes)| Change { nodes, before, after, parts }).collect();
    changes.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    Comparison { nodes: managed, changed_nodes, changed_conductors, changes }
}

/// Returns the nodes of both configurations.
fn nodes<'a>(old: Side<'a>, new: Side<'a>) -> BTreeMap<NodeId, [Option<NodeSide<'a>>; 2]> {
    let mut nodes: BTreeMap<NodeId, [Option<NodeSide<'_>>; 2]> = BTreeMap::new();
    for (index, side) in [old, new].into_iter().enumerate() {
        for router in &side.plan.routers {
            for node in &router.nodes {
                nodes.entry(node.id.clone()).or_default()[index] = Some(NodeSide::new(side, router, node.state));
            }
        }
    }
    nodes
}

/// Returns true for a finding that holds back a node.
fn holds_back(finding: &Finding, id: &NodeId) -> bool {
    let is_of_node =
        |subject: &Subject| subject.router() == Some(&id.router) && subject.node().is_none_or(|node| node == id.node);
    finding.rule.holds_back && finding.subjects().any(is_of_node)
}
