//! Nodes as text: their names if they are few, and otherwise their numbers.

use std::collections::BTreeSet;

use crate::model::NodeId;
use crate::model::count::counted;

/// The maximum number of nodes or routers that are named.
const NAMED: usize = 3;

/// Returns `branch-1/n1, branch-2/n1`, or `42 nodes of 21 routers`.
pub(crate) fn folded(nodes: &[&NodeId]) -> String {
    if nodes.len() <= NAMED {
        return nodes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    }
    let routers: BTreeSet<&str> = nodes.iter().map(|id| id.router.as_str()).collect();
    format!("{} of {}", counted(nodes.len(), "node"), counted(routers.len(), "router"))
}

/// Returns `routers hub-1, hub-2`, or `42 routers`.
pub(crate) fn folded_routers(routers: &[&str]) -> String {
    if routers.len() <= NAMED { format!("routers {}", routers.join(", ")) } else { counted(routers.len(), "router") }
}
