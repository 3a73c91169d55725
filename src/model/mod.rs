//! The product's nouns: plain types, no input or output, nothing imported from the rest of the crate.
//!
//! [`Authority`] is what the readers yield: the elements of `docs/configuration.md`, as written, each with the [`Span`] it came from.
//! [`Block`] is the plugin block once checked; only that type reaches learning and planning.

pub mod address;
pub mod authority;
pub mod block;
pub mod checked;
pub mod element_path;
pub mod key;
pub mod learned;
pub mod plan;
pub mod route;
pub mod route_set;
pub mod span;
pub mod subject;
pub mod tree;

pub use address::{Address, AddressKind};
pub use authority::{
    AccessPolicy, AppliesTo, Authority, HostMapping, Node, NodeId, NodeRole, Permission, Router, Scope, Service,
};
pub use block::{Block, RawBlock, StaticRoute};
pub use checked::{Checked, CheckedBlock, CheckedNode, CheckedRouter};
pub use element_path::{Element, ElementPath};
pub use key::Key;
pub use learned::{Admission, Learned, ServiceAddress, ServiceIndex};
pub use plan::{NodePlan, NodeState, Plan, RouterPlan};
pub use route::{Metric, Route};
pub use route_set::{LearnedFrom, Merged, Origin, PlannedRoute, RouteSet, RouteView};
pub use span::{Located, SourceId, Span};
pub use subject::Subject;

/// The kernel interface through which Linux reaches the router's forwarding plane.
pub const INTERFACE: &str = "kni254";

/// The forwarding plane's end of the link on [`INTERFACE`]: the next hop of every route that this plugin manages.
pub const GATEWAY: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 126);

/// Linux's own address on [`INTERFACE`], from which traffic of tenant [`INTERNAL_TENANT`] comes.
pub const KNI_ADDRESS: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 127);

/// The tenant that [`INTERFACE`] always belongs to.
pub const INTERNAL_TENANT: &str = "_internal_";
