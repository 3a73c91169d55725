//! Plans → a folder of artefacts, as a transaction that never makes things worse (`docs/publishing.md`).

mod artefacts;
mod before;
mod manifest;
pub mod render;
mod stamps;
mod store;
mod transaction;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

pub use manifest::MANIFEST;
pub use store::StoreError;

use self::store::{Access, OpenError, Store};
use crate::diagnostics::Finding;
use crate::model::Plan;

/// How to publish.
#[derive(Clone, Debug)]
pub struct Options {
    /// Compare only: write nothing.
    pub check: bool,
    /// Remove even more than half of what was published.
    pub allow_removals: bool,
    /// Make a unified diff of each change.
    pub diff: bool,
    /// How long to wait for another run on the same folder.
    pub wait: Duration,
}

/// What a caller wants to hear of while a run goes on.
pub trait Observer: Sync {
    /// Another run holds the folder; this one waits.
    fn waiting(&self) {}
    /// So many of so many routers are compared and written.
    fn progress(&self, _done: usize, _total: usize) {}
    /// A unified diff of one artefact: router by router, and what goes last. The same order in every run.
    fn diff(&self, _diff: &str) {}
}

/// What became of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// Routers that have a block.
    pub routers: usize,
    /// Nodes that have routes.
    pub nodes: usize,
    /// Routes of all nodes.
    pub routes: usize,
    /// Nodes that keep what they have, because of an error.
    pub held: Vec<String>,
    /// Artefacts that were, or would be, written.
    pub changed: Vec<String>,
    /// Artefacts that were, or would be, removed.
    pub removed: Vec<String>,
    /// How many artefacts were right as they were.
    pub unchanged: usize,
    /// Minions whose pillar data changes.
    pub changed_minions: Vec<String>,
    /// Whether the folder is, or was before it was written to, what this run makes.
    pub up_to_date: bool,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run holds the folder.
    #[error("another run holds {}; try again when it is done", .0.display())]
    Busy(PathBuf),
    /// The manifest or the journal does not say what the folder holds.
    #[error(
        "{} is damaged: {reason}. It says what may be removed, so nothing was changed; \
         restore it, or remove it and clear away by hand what is published no more", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The run would remove more than half of the nodes.
    #[error(
        "{removed} of {published} published nodes would be removed; if that is meant, give --allow-removals. Nothing was changed"
    )]
    TooManyRemovals {
        /// Nodes that would be removed.
        removed: usize,
        /// Nodes that are published.
        published: usize,
    },
    /// The system refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes a plan, or compares the folder with it.
///
/// `findings` go into the manifest. A node that is held keeps its artefacts.
///
/// # Errors
///
/// See [`PublishError`]. With any of them, every artefact is whole, the old one or the new one, and the next run goes on from
/// there.
pub fn publish(
    plan: &Plan<'_>,
    findings: &[Finding],
    folder: &Path,
    options: &Options,
    observer: &dyn Observer,
) -> Result<Outcome, PublishError> {
    let access = if options.check { Access::Read } else { Access::Write };
    let store = match Store::open(folder, access, options.wait, &|| observer.waiting()) {
        Ok(store) => store,
        Err(OpenError::Busy) => return Err(PublishError::Busy(folder.to_owned())),
        Err(OpenError::Store(error)) => return Err(error.into()),
    };
    transaction::run(plan, findings, folder, store.as_ref(), options, observer)
}
