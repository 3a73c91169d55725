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
mod routes;
mod states;

use std::collections::{BTreeMap, HashMap};

use self::alerts::alerts;
use self::candidates::{Candidates, MappedHosts, mapped_hosts};
use self::comparison::{Comparison, ErrorCause, RouteChange, State};
use self::edits::{EditSet, Edits};
use self::effects::NodeChange;
use self::question::Question;
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
    let candidates = Candidates::of(&edits);
    let mut changes: HashMap<NodeChange, Vec<NodeId>> = HashMap::new();
    let (mut managed, mut changed_conductors) = (0, 0);
    let count = |side: Option<&NodeSide<'_>>| side.map_or(0, NodeSide::route_count);
    let mut still_held = Vec::new();
    let mut hosts: Option<(String, MappedHosts<'_>)> = None;
    for (id, [before, after]) in nodes(old, new) {
        let [old_state, new_state] =
            [&before, &after].map(|side| side.as_ref().map_or(State::Absent, |side| side.state));
        if !old_state.is_managed() && !new_state.is_managed() {
            continue;
        }
        managed += 1;
        changed_conductors += usize::from(has_other_conductors(before.as_ref(), after.as_ref()));
        let routes = changed_routes(before.as_ref(), after.as_ref());
        if new_state == State::Held && old_state == State::Held {
            let errors = errors(new.findings, &id);
            still_held.push((id, errors));
            continue;
        }
        if routes.is_empty() && old_state == new_state {
            continue;
        }
        // The nodes of a router follow each other.
        let hosts = match &mut hosts {
            Some((router, hosts)) if *router == id.router => hosts,
            other => {
                let sides = edits.router(&id.router).map_or([None, None], |pair| pair.sides);
                &mut other.insert((id.router.clone(), mapped_hosts(sides))).1
            }
        };
        let change = NodeChange {
            states: [old_state, new_state],
            because: states::causes(&edits, &id, old_state, new_state),
            errors: if new_state == State::Held { errors(new.findings, &id) } else { Vec::new() },
            loses_all: count(before.as_ref()) > 0 && count(after.as_ref()) == 0,
            parts: parts(&edits, &candidates, hosts, &id, routes),
        };
        changes.entry(change).or_default().push(id);
    }
    let mut comparison = effects::comparison(&edits, changes, managed, changed_conductors);
    comparison.alerts = alerts(&comparison.changes, still_held);
    comparison
}

/// Groups the changed routes of a node by the edits that cause them.
fn parts(
    edits: &Edits<'_>,
    candidates: &Candidates<'_>,
    hosts: &MappedHosts<'_>,
    id: &NodeId,
    routes: Vec<RouteChange>,
) -> Vec<(EditSet, Vec<RouteChange>)> {
    let mut parts: BTreeMap<EditSet, Vec<RouteChange>> = BTreeMap::new();
    for route in routes {
        let of_route = candidates.to(route.prefix, hosts);
        let question = Question::new(edits, (&id.router, &id.node), route.prefix, of_route);
        parts.entry(causes::causes(&question)).or_default().push(route);
    }
    parts.into_iter().collect()
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
