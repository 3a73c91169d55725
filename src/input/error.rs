//! Errors of reading.

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}: {cause}")]
pub struct ReadError {
    /// The file or folder.
    pub name: String,
    /// The error of the system.
    pub cause: std::io::Error,
}
