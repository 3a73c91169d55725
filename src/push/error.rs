//! Errors of a push.

use std::path::PathBuf;

use crate::fs::FileError;
use crate::publish::PublishError;
use crate::salt::SaltError;

/// An error that ends a push. What was delivered until then is remembered.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Nothing is published.
    #[error("nothing is published in {}; run generate first", .0.display())]
    NothingPublished(PathBuf),
    /// Another push holds the lock.
    #[error("another push from {} is active; try again when it has finished", .0.display())]
    Busy(PathBuf),
    /// Another program replaced the folder or the lock during the wait.
    #[error("{} was replaced by another program; try again", .0.display())]
    Replaced(PathBuf),
    /// The manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] PublishError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Salt fails.
    #[error("{0}; the next push continues from here")]
    Salt(#[from] SaltError),
}
