//! The route file and the pillar document, which the conductor writes and the router reads.

#[cfg(any(feature = "conductor", feature = "router"))]
pub(crate) mod digest;
mod error;
#[cfg(feature = "conductor")]
pub mod names;
pub mod pillar;
pub mod route_file;

pub use error::NotARoute;
pub use pillar::PillarDocument;
pub use route_file::RouteFile;
