//! The route file, the pillar document and the peers, which the conductor writes and the router
//! reads, and the verdict with which the router answers.

#[cfg(any(feature = "conductor", feature = "router"))]
pub(crate) mod digest;
mod error;
#[cfg(feature = "conductor")]
pub mod names;
#[cfg(any(feature = "conductor", feature = "router"))]
pub mod peers;
pub mod pillar;
pub mod route_file;
mod verdict;

#[cfg(any(feature = "conductor", feature = "router"))]
pub use error::InvalidPeers;
pub use error::NotARoute;
#[cfg(any(feature = "conductor", feature = "router"))]
pub use peers::PeersDocument;
pub use pillar::PillarDocument;
pub use route_file::RouteFile;
pub use verdict::Verdict;
