//! The plugin block once checked.

use ipnet::Ipv4Net;

use crate::model::{Located, Metric, Span};

/// A plugin block that the schema and the checks found good: the only form in which it reaches learning and planning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where the block stands.
    pub at: Span,
    /// Whether the plugin manages the node's routes. An empty block is off (`docs/configuration.md`).
    pub enabled: bool,
    /// Whether the node's default route goes through `kni254`, and where that was written.
    pub default_route: Option<Located<()>>,
    /// Whether prefixes are learned from services.
    pub learn_from_services: bool,
    /// Metric of the default route and of learned prefixes.
    pub metric: Metric,
    /// The static routes, without those that rule out themselves (the gateway's own address).
    pub static_routes: Vec<StaticRoute>,
}

/// A static route that can be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticRoute {
    /// The destination, masked.
    pub prefix: Ipv4Net,
    /// Its own metric, or the block's.
    pub metric: Metric,
    /// The address as it was written.
    pub address: Located<String>,
}
