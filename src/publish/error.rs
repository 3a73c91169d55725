//! Errors of publishing.

use std::path::PathBuf;

use crate::fs::FileError;
use crate::publish::Removals;

/// An error that keeps a run from publishing.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run holds the lock of the folder.
    #[error("another run holds {}; try again when it has finished", .0.display())]
    Busy(PathBuf),
    /// The manifest or the journal is invalid.
    #[error(
        "{} is damaged: {reason}; nothing was changed, since this file lists what a run may remove: \
         restore it, or remove it and delete stale artefacts by hand", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The defect.
        reason: String,
    },
    /// The run would remove most of the published routes.
    #[error(
        "{} of {} nodes would lose every route, and {} of {} destinations would be lost; nothing was \
         changed: to remove them, pass --allow-removals",
        .0.nodes.lost, .0.nodes.published, .0.destinations.lost, .0.destinations.published
    )]
    TooManyRemovals(Box<Removals>),
    /// A system call failed.
    #[error(transparent)]
    Store(#[from] FileError),
}

/// The reason why the output folder could not be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another run holds the lock.
    Busy,
    /// A system call failed.
    Store(FileError),
}

impl From<FileError> for OpenError {
    fn from(error: FileError) -> Self {
        Self::Store(error)
    }
}
