//! Errors of publishing.

use std::path::{Path, PathBuf};

use crate::fs::FileError;
use crate::publish::Removals;

/// An error that keeps a run from publishing.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run holds the lock of the folder.
    #[error("another run holds {}; try again when it has finished", .0.display())]
    Busy(PathBuf),
    /// Another program replaced the folder or its lock file.
    #[error(
        "another program replaced {} or its lock file during this run, so nothing was published; run it again", .0.display()
    )]
    Replaced(PathBuf),
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
    /// Another run holds the lock of this file or folder.
    Busy(PathBuf),
    /// Another program keeps replacing the folder or its lock file.
    Replaced,
    /// A system call failed.
    Store(FileError),
}

impl OpenError {
    /// Returns the error about the folder that could not be opened.
    pub(crate) fn about(self, folder: &Path) -> PublishError {
        match self {
            Self::Busy(path) => PublishError::Busy(path),
            Self::Replaced => PublishError::Replaced(folder.to_owned()),
            Self::Store(error) => error.into(),
        }
    }
}

impl From<FileError> for OpenError {
    fn from(error: FileError) -> Self {
        Self::Store(error)
    }
}
