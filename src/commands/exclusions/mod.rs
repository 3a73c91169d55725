//! The decisions of a configuration that alone exclude a route, on typed elements.
//!
//! `why` reports them. `diff` compares those of two configurations to find the causes of a change.
//! They are the same decisions as those of the stages `learn` and `plan`
//! (`tests/fast/commands/agreement.rs`).

mod exclusion;
mod local_path;
mod reason;
mod view;

pub(crate) use self::exclusion::Exclusion;
pub(crate) use self::local_path::{LocalPath, Owner};
pub(crate) use self::view::{OwnedBlock, ServiceRef, View, of_service_alone};
