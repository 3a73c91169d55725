//! Publishes a plan to a folder, as a transaction (`docs/publishing.md`).
//!
//! | step | file |
//! |---|---|
//! | open and lock the folder | `opening` |
//! | read what earlier runs left | `previous`, `manifest`, `journal`, `stamps` |
//! | plan the artefacts, with their fingerprints | `artefacts` |
//! | decide what is kept and removed | `path_changes` |
//! | refuse to remove most routes | `guard`, `coverage`, `removals` |
//! | correct the modes of folders and of kept files | `modes` |
//! | compare with the folder, and render what may have changed | `compare`, `render` |
//! | stage what differs | `staging`, `new_folders`, `early_flush` |
//! | commit, write the manifest, remove | `transaction` |
//! | tell which documents are published | `documents` |

mod artefacts;
mod compare;
mod coverage;
mod cow_str;
mod documents;
mod early_flush;
mod error;
mod guard;
mod journal;
mod json_lines;
mod manifest;
mod members;
mod modes;
mod new_folders;
mod opening;
mod options;
mod outcome;
mod path_changes;
mod paths;
mod previous;
mod removals;
pub mod render;
mod route_changes;
mod staging;
mod stamp;
mod stamps;
mod store;
mod transaction;
mod unified_diff;

use std::path::{Path, PathBuf};

pub use crate::fs::FileError;
pub(crate) use documents::{Document, documents, is_published};
pub use error::PublishError;
pub(crate) use manifest::MANIFEST;
pub use options::{Observer, PublishOptions};
pub(crate) use outcome::MissingArtefact;
pub use outcome::Outcome;
pub use removals::Removals;
pub(crate) use removals::{NodeRemovals, Share};
pub(crate) use route_changes::RouteChanges;
pub(crate) use unified_diff::unified_diff;

use self::opening::{Access, LockedFolder};
use self::store::Store;
use crate::diagnostics::Finding;
use crate::fs::Identity;
use crate::model::Plan;

/// An output folder, which is locked until this value is dropped.
///
/// The configuration is read while it is locked. Otherwise, a run that waits for another one could
/// publish a configuration that is older than the published one.
pub struct Output {
    path: PathBuf,
    /// `None` if the folder is missing, and a run that only compares does not create it.
    store: Option<Store>,
}

impl Output {
    /// Locks a folder, and creates it if it is missing. Waits for other runs as the options say.
    ///
    /// If nothing is published, the folder is removed again when this value is dropped.
    ///
    /// # Errors
    ///
    /// Another run holds the lock for too long, or the folder or the lock file cannot be opened.
    pub fn lock(path: &Path, options: &PublishOptions, observer: &dyn Observer) -> Result<Self, PublishError> {
        let access = if options.check { Access::Read } else { Access::Write };
        let folder = LockedFolder::open(path, access, options.wait, &|| observer.waiting());
        let store = folder.map_err(|error| error.about(path))?.map(Store::new);
        Ok(Self { path: path.to_owned(), store })
    }

    /// Returns the identity of the folder; `None` if it is missing.
    pub(crate) fn identity(&self) -> Result<Option<Identity>, FileError> {
        self.store.as_ref().map(Store::identity).transpose()
    }

    /// Publishes a plan, or compares the folder with it, and unlocks the folder. Nodes that are
    /// held keep their artefacts.
    ///
    /// The findings are written to the manifest.
    ///
    /// # Errors
    ///
    /// Returns a [`PublishError`]. Even then, each artefact is complete, either the old or the new
    /// version, and the next run continues from there.
    pub fn publish(
        self,
        plan: &Plan<'_>,
        findings: &[Finding],
        options: &PublishOptions,
        observer: &dyn Observer,
    ) -> Result<Outcome, PublishError> {
        transaction::run(plan, findings, &self.path, self.store.as_ref(), options, observer)
    }
}
