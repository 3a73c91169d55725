//! Errors of a comparison with the routers.

use std::path::PathBuf;

use crate::publish::PublishError;
use crate::push::PushError;
use crate::salt::SaltError;

/// An error that ends a comparison.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// Nothing is published.
    #[error("nothing is published in {}; run generate first", .0.display())]
    NothingPublished(PathBuf),
    /// The collected answers are not JSON.
    #[error("the answers are not JSON: {0}; expected an object that maps minion ids to answers")]
    Answers(String),
    /// The manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] PublishError),
    /// The record of earlier pushes cannot be read.
    #[error(transparent)]
    Push(#[from] PushError),
    /// Salt fails.
    #[error(transparent)]
    Salt(#[from] SaltError),
}
