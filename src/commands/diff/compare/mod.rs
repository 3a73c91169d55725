//! Compares two plans: the nodes with other routes, and the edits of the configuration that cause
//! them.

mod alerts;
mod candidates;
mod causes;
pub(crate) mod comparison;
pub(crate) mod edit;
mod edits;
mod effects;
pub(crate) mod groups;
mod mixture;
mod part;
mod question;
mod route_causes;
mod routes;
mod states;

use std::collections::{BTreeMap, HashMap};

use self::alerts::alerts;
use self::comparison::{Comparison, ErrorCause, State};
use self::edits::Edits;
use self::effects::NodeChange;
use self::route_causes::RouteCauses;
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
    let edits = Edits::between(old.authority, new.authority);
    let mut causes = RouteCauses::new(&edits);
    let mut changes: HashMap<NodeChange, Vec<NodeId>> = HashMap::new();
    let (mut managed, mut changed_conductors) = (0, 0);
    let mut still_held = Vec::new();
    for (id, sides) in nodes(old, new) {
        let [before, after] = &sides;
        let states = [before, after].map(|side| side.as_ref().map_or(State::Absent, |side| side.state));
        if !states.iter().any(|state| state.is_managed()) {
            continue;
        }
        managed += 1;
        changed_conductors += usize::from(has_other_conductors(before.as_ref(), after.as_ref()));
        let errors = if states[1] == State::Held { errors(new.findings, &id) } else { Vec::new() };
        if states == [State::Held; 2] {
            still_held.push((id, errors));
        } else if let Some(change) = change(&edits, &mut causes, &id, &sides, errors) {
            changes.entry(change).or_default().push(id);
        }
    }
    let mut comparison = effects::comparison(&edits, changes, managed, changed_conductors);
    comparison.alerts = alerts(&comparison.changes, still_held);
    comparison
}

/// Returns the change of a node; `None` if neither its state nor a route changes.
fn change(
    edits: &Edits<'_>,
    causes: &mut RouteCauses<'_>,
    id: &NodeId,
    [before, after]: &[Option<NodeSide<'_>>; 2],
    errors: Vec<ErrorCause>,
) -> Option<NodeChange> {
    let [old, new] = [before, after].map(|side| side.as_ref().map_or(State::Absent, |side| side.state));
    let routes = changed_routes(before.as_ref(), after.as_ref());
    let count = |side: &Option<NodeSide<'_>>| side.as_ref().map_or(0, NodeSide::route_count);
    (!routes.is_empty() || old != new).then(|| NodeChange {
        states: [old, new],
        because: states::causes(edits, id, old, new),
        errors,
        loses_all: count(before) > 0 && count(after) == 0,
        parts: causes.of(id, routes),
    })
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

/// Returns the errors that hold back a node, each once.
fn errors(findings: &[Finding], id: &NodeId) -> Vec<ErrorCause> {
    let is_of_node =
        |subject: &Subject| subject.router() == Some(&id.router) && subject.node().is_none_or(|node| node == id.node);
    let holding = findings.iter().filter(|finding| finding.rule.holds_back && finding.subjects().any(is_of_node));
    let mut errors: Vec<ErrorCause> =
        holding.map(|finding| ErrorCause { code: finding.rule.code, message: finding.message.clone() }).collect();
    errors.sort();
    errors.dedup();
    errors
}
