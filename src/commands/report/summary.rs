//! The configuration in a few sentences.

use crate::commands::page::grouped;
use crate::model::count::plural;
use crate::model::{NodePlan, NodeState, Plan};

/// Returns `44 nodes of 22 routers have 460 routes.`
pub(super) fn sentence(plan: &Plan<'_>) -> String {
    let (mut nodes, mut routers, mut routes) = (0, 0, 0);
    for router in &plan.routers {
        let set_of = |node: &NodePlan<'_>| match node.state {
            NodeState::On(set) => router.route_sets[set].as_ref(),
            NodeState::Unmanaged | NodeState::Off | NodeState::Held => None,
        };
        let counts: Vec<usize> = router.nodes.iter().filter_map(set_of).map(|set| set.len(&plan.learned)).collect();
        let with_routes = counts.iter().filter(|count| **count > 0).count();
        nodes += with_routes;
        routers += usize::from(with_routes > 0);
        routes += counts.iter().sum::<usize>();
    }
    if nodes == 0 {
        return "No node has a route.".to_owned();
    }
    let have = plural(nodes, "has", "have");
    format!("{} of {} {have} {}.", counted(nodes, "node"), counted(routers, "router"), counted(routes, "route"))
}

/// Returns the sentences below: the source, and the nodes that get no routes from the plan.
pub(super) fn lead(plan: &Plan<'_>, sources: &str) -> Vec<String> {
    let nodes = || plan.routers.iter().flat_map(|router| &router.nodes);
    let states = [
        (NodeState::Held, "held back by errors"),
        (NodeState::Off, "off"),
        (NodeState::Unmanaged, "without a plugin block"),
    ];
    let counts = states.map(|(state, name)| (nodes().filter(|node| node.state == state).count(), name));
    let others = counts.into_iter().filter(|(count, _)| *count > 0);
    let others =
        others.map(|(count, name)| format!("{} {} {name}", counted(count, "node"), plural(count, "is", "are")));
    let others: Vec<String> = others.collect();
    let mut lead = vec![format!("From {sources}. These are the Linux routes of the routers through kni254.")];
    if !others.is_empty() {
        lead.push(others.join(", ") + ".");
    }
    lead
}

fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), plural(count, "", "s"))
}
