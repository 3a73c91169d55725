//! What the conductor's program writes and the router's program reads: the route file and the pillar document.

pub mod names;
pub mod pillar;
pub mod route_file;

pub use pillar::PillarDocument;
pub use route_file::RouteFile;
