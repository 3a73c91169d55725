//! The data types of the product. They have no input or output, and import nothing from the rest of
//! the crate.
//!
//! [`Authority`] is the configuration as it was written, each element with its [`Span`].
//! [`Checked`], [`Learned`] and [`Plan`] are the results of the stages after reading.

#[cfg(feature = "conductor")]
pub mod address;
#[cfg(feature = "conductor")]
pub mod authority;
#[cfg(feature = "conductor")]
pub mod block;
#[cfg(feature = "conductor")]
pub mod checked;
pub(crate) mod count;
#[cfg(feature = "conductor")]
pub(crate) mod element_path;
#[cfg(feature = "conductor")]
pub(crate) mod fix;
#[cfg(any(feature = "conductor", feature = "router"))]
pub(crate) mod host_name;
#[cfg(feature = "conductor")]
pub mod key;
#[cfg(feature = "conductor")]
pub mod learned;
#[cfg(feature = "conductor")]
pub(crate) mod line_order;
#[cfg(feature = "conductor")]
pub mod plan;
pub mod route;
#[cfg(feature = "conductor")]
pub(crate) mod route_set;
#[cfg(feature = "conductor")]
pub mod span;
#[cfg(feature = "conductor")]
pub mod subject;
#[cfg(feature = "conductor")]
pub mod tree;

#[cfg(feature = "conductor")]
pub use address::{Address, AddressKind};
#[cfg(feature = "conductor")]
pub use authority::{
    AccessPolicy, AppliesTo, Authority, HostMapping, Node, NodeId, NodeRole, Permission, Router, Scope, Service,
};
#[cfg(feature = "conductor")]
pub use block::{Block, RawBlock, StaticRoute};
#[cfg(feature = "conductor")]
pub use checked::{Checked, CheckedBlock, CheckedNode, CheckedRouter};
#[cfg(feature = "conductor")]
pub use element_path::{Element, ElementPath};
#[cfg(feature = "conductor")]
pub use fix::{Action, Change, Fix, Safety};
#[cfg(feature = "conductor")]
pub use key::Key;
#[cfg(feature = "conductor")]
pub use learned::{Admission, Learned, ServiceAddress, ServiceIndex};
#[cfg(feature = "conductor")]
pub use plan::{NodePlan, NodeState, Plan, RouterPlan};
pub use route::{Metric, Route};
#[cfg(feature = "conductor")]
pub(crate) use route_set::Merged;
#[cfg(feature = "conductor")]
pub use route_set::{LearnedFrom, Origin, PlannedRoute, RouteSet, RouteView};
#[cfg(feature = "conductor")]
pub use span::{Located, SourceId, Span};
#[cfg(feature = "conductor")]
pub use subject::Subject;

/// The kernel interface through which Linux reaches the router's forwarding plane.
pub(crate) const INTERFACE: &str = "kni254";

/// The address of the forwarding plane on `kni254`: the gateway of every route of this plugin.
pub const GATEWAY: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 126);

/// The address of Linux on [`INTERFACE`], the source of traffic for tenant [`INTERNAL_TENANT`].
#[cfg(feature = "conductor")]
pub(crate) const KNI_ADDRESS: std::net::Ipv4Addr = std::net::Ipv4Addr::new(169, 254, 127, 127);

/// The tenant of [`INTERFACE`].
#[cfg(feature = "conductor")]
pub(crate) const INTERNAL_TENANT: &str = "_internal_";
