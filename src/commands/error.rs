//! Errors of a command, and their exit codes.

use std::fmt;

use super::Exit;

/// An error that ends a command.
#[derive(Debug)]
pub enum CommandError {
    /// Invalid arguments or settings.
    Usage(String),
    /// A failure of the system or of the program.
    Failure(anyhow::Error),
}

impl CommandError {
    /// Returns the exit code of the program.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Failure(_) => Exit::Failure,
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Failure(error) => write!(f, "{error:#}"),
        }
    }
}

/// The errors in a settings file, one per line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingsError(pub(super) Vec<String>);

/// Any other error becomes a failure. This is possible only because `CommandError` itself does not
/// implement `std::error::Error`.
impl<E: Into<anyhow::Error>> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}
