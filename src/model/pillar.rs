//! The pillar document of one minion: all that the router's side needs. Its JSON Schema is `schema/pillar.schema.json`.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Route;

/// The key under which a minion's pillar holds the document.
pub const PILLAR_KEY: &str = "loopback-static-routes";

/// Version of the document's format; a reader refuses a newer one.
pub const FORMAT_VERSION: u32 = 1;

/// What one node is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PillarDocument {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
    /// Whether the plugin manages this node's routes. When false, what it had installed is to be removed.
    pub enabled: bool,
    /// The interface of all routes, [`super::INTERFACE`].
    pub interface: String,
    /// The next hop of all routes, [`super::GATEWAY`].
    pub gateway: Ipv4Addr,
    /// SHA-256 of the route file, lower-case hexadecimal; absent when the plugin is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_file_sha256: Option<String>,
    /// The routes, in the route file's order.
    pub routes: Vec<Route>,
}
