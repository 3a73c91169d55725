//! Errors of `salt-setup`.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// An error that keeps `salt-setup` from changing anything.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
    /// The top file cannot be edited safely.
    #[error("{}:{reason}", path.display())]
    Refused {
        /// The top file.
        path: PathBuf,
        /// The line and the reason.
        reason: UneditableFile,
    },
    /// Another file has the name of the SLS file.
    #[error("{}: this is not a file that salt-setup made; move it away, or name another pillar root", .0.display())]
    Taken(PathBuf),
    /// The path of the published folder is not UTF-8.
    #[error("{}: the path is not UTF-8; rename the folder", .0.display())]
    NotUtf8(PathBuf),
    /// A path does not exist, or a system call failed.
    #[error("cannot {action} {}: {cause}", path.display())]
    System {
        /// The step that failed.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the system.
        cause: io::Error,
    },
}

impl SetupError {
    /// Returns true if the user must change a file or folder first.
    #[must_use]
    pub(super) fn is_finding(&self) -> bool {
        !matches!(self, Self::System { .. })
    }
}

/// The reason why a top file cannot be edited safely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UneditableFile {
    /// The line number, from 1.
    pub(super) line: usize,
    /// The reason, and what to do.
    pub(super) message: String,
}

impl fmt::Display for UneditableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
