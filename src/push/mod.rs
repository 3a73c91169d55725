//! Delivers the published documents to the routers, through Salt (`docs/commands/push.md`).
//!
//! | step | file |
//! |---|---|
//! | remember which document each minion has | `delivered` |
//! | find the minions that lack theirs | `due` |
//! | order them, so that the nodes of a router come one after the other | `parts` |
//! | ask, apply, and stop after a bad first batch | `run` |

mod delivered;
mod due;
mod error;
mod options;
mod parts;
mod report;
mod run;

pub(crate) use delivered::pushed;
pub use error::PushError;
pub use options::PushOptions;
pub use report::{Objection, PushReport, Stop};
pub use run::push;
