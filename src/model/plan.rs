//! The plan of every node: its routes with their origins, or the reason why there are none.

use super::{Learned, NodeId, RouteSet, Router};

/// The plan of all routers.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The decisions about the services.
    pub learned: Learned<'a>,
    /// The routers, sorted by name.
    pub routers: Vec<RouterPlan<'a>>,
}

/// The plan of one router.
#[derive(Debug)]
pub struct RouterPlan<'a> {
    /// The router.
    pub router: &'a Router,
    /// The routes of each of [`super::CheckedRouter::blocks`]. `None`: the plugin is off, or the
    /// block has errors.
    pub route_sets: Vec<Option<RouteSet>>,
    /// The hosts of the conductors: IPv4 addresses, and host names with the addresses that the
    /// router maps them to. Sorted, each once.
    pub conductors: Vec<String>,
    /// The nodes, sorted by name.
    pub nodes: Vec<NodePlan<'a>>,
}

/// The plan of one node.
#[derive(Debug)]
pub struct NodePlan<'a> {
    /// The node.
    pub id: NodeId,
    /// The Salt minion id.
    pub asset_id: Option<&'a str>,
    /// The planned state.
    pub state: NodeState,
}

/// The planned state of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// No block: nothing is generated.
    Unmanaged,
    /// The plugin is off: the routes that it installed are removed.
    Off,
    /// The routes of the set with this index.
    On(usize),
    /// An error holds the node back: it keeps its published files.
    Held,
}
