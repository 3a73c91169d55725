//! The nouns of the product: plain types without input and output, which import nothing from the
//! rest of the crate.
//!
//! [`Authority`] is the configuration as it was written, each element with its [`Span`].
//! [`Checked`], [`Learned`] and [`Plan`] are the results of the stages after reading.

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

/// The address of the forwarding plane on [`INTERFACE`]: the gateway of every route of this plugin.
pub const GATEWAY: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 126);

/// The address of Linux on [`INTERFACE`], the source of traffic for tenant [`INTERNAL_TENANT`].
pub const KNI_ADDRESS: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 127);

/// The tenant of [`INTERFACE`].
pub const INTERNAL_TENANT: &str = "_internal_";
