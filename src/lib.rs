//! Manages a Session Smart Router's Linux routes through `kni254`.
//!
//! On the conductor, and in CI, data flows one way, and no step reaches back:
//!
//! ```text
//! read → model → check → learn → plan → render → publish
//! ```

pub mod model;

#[cfg(feature = "conductor")]
pub mod conductor;
#[cfg(feature = "conductor")]
pub mod diagnostic;
#[cfg(feature = "conductor")]
pub mod input;
#[cfg(feature = "conductor")]
pub mod report;
