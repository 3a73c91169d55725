//! Publishes a plan to a folder, as a transaction (`docs/publishing.md`).
//!
//! | step | file |
//! |---|---|
//! | read what earlier runs left | `previous`, `manifest`, `journal`, `stamps` |
//! | plan the artefacts, with their fingerprints | `artefacts` |
//! | decide what is kept and removed | `path_changes` |
//! | refuse to remove most routes | `guard`, `coverage`, `removals` |
//! | compare with the folder, and render what may have changed | `compare`, `render` |
//! | stage, commit, write the manifest, remove | `staging`, `transaction` |

mod artefacts;
mod compare;
mod coverage;
mod cow_str;
mod error;
mod guard;
mod journal;
mod json_lines;
mod manifest;
mod options;
mod outcome;
mod path_changes;
mod previous;
mod removals;
pub mod render;
mod staging;
mod stamp;
mod stamps;
mod store;
mod transaction;
mod unified_diff;

use std::path::Path;

pub use crate::fs::FileError;
pub use error::PublishError;
pub(crate) use manifest::MANIFEST;
pub use options::{Observer, PublishOptions};
pub use outcome::Outcome;
pub use removals::Removals;
pub(crate) use removals::{NodeRemovals, Share};

use self::error::OpenError;
use self::store::{Access, Store};
use crate::diagnostics::Finding;
use crate::model::Plan;

/// Publishes a plan, or compares the folder with it. Nodes that are held keep their artefacts.
///
/// The findings are written to the manifest.
///
/// # Errors
///
/// Returns a [`PublishError`]. Even then, each artefact is complete, either the old or the new
/// version, and the next run continues from there.
pub fn publish(
    plan: &Plan<'_>,
    findings: &[Finding],
    folder: &Path,
    options: &PublishOptions,
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
