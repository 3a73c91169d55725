//! Failures of a run.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::contract::{InvalidPeers, Verdict};
pub use crate::fs::FileError;
use crate::router::kernel::{Refusal, Request};

/// The number of items of a list that a message names.
const NAMED: usize = 5;

/// The number of the error "No such device".
const ENODEV: i32 = 19;

/// EACCES, EINVAL, ENETUNREACH and EHOSTUNREACH.
const REFUSALS: [i32; 4] = [13, 22, 101, 113];

/// The reason why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The route file could not be written.
    #[error("{0}; the route file is unchanged, and the kernel's routes were corrected without it")]
    Unsaved(FileError),
    /// A trial could not be recorded.
    #[error("{0}; a change of routes to peers is tried only if it can be reverted, so nothing was changed")]
    Untried(FileError),
    /// The list of peers is invalid.
    #[error("invalid list of peers {}: {cause}", path.display())]
    Peers {
        /// The list.
        path: PathBuf,
        /// The problem.
        cause: InvalidPeers,
    },
    /// The route file could not be installed, and some changes in the kernel not be undone.
    #[error("{error}; the changes of this run could not all be undone: {cause}")]
    NotUndone {
        /// The failed step on the file.
        error: FileError,
        /// The reason why changes could not be undone.
        cause: ReconcileError,
    },
    /// The document is invalid.
    #[error("invalid document {}: {}", path.display(), List(&.invalid.problems))]
    Document {
        /// The document.
        path: PathBuf,
        /// The problems of the document.
        invalid: InvalidDocument,
    },
    /// The document is missing, and there are traces of one.
    #[error("cannot read {}: it is missing, and this node had one", .0.display())]
    LostDocument(PathBuf),
    /// The network scripts would run the route file.
    #[error(
        "{}:{}: invalid line {:?}: the network scripts would run the whole file as root; \
         write the route as \"PREFIX via GATEWAY dev INTERFACE\"",
        path.display(), .line.number, .line.text
    )]
    Sourced {
        /// The route file.
        path: PathBuf,
        /// The line that makes them run it.
        line: SourcedAsRoot,
    },
    /// Another run holds the lock.
    #[error(
        "another run holds the lock {}; try again when it is done (`fuser` on this file names its process)",
        .0.display()
    )]
    Busy(PathBuf),
    /// A request to the kernel failed.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The kernel's routes could not be changed to the goal.
    #[error("{}{}", .0.cause, undone_text(&.0.undone))]
    Reconcile(Failure),
    /// The new route file may not be durable.
    #[error("{0}; route file and kernel are up to date, but a power cut may bring the old file back")]
    Flush(FileError),
    /// The kernel could not be verified after the route file was installed.
    #[error(
        "{}; the route file is installed, and the kernel has its routes; run this again to check",
        .0.cause
    )]
    Afterwards(Failure),
    /// File and kernel agree, and the use of the routes could not be checked.
    #[error(
        "{0}; the route file is installed, and the kernel agrees with it; run this again to check the use of the routes"
    )]
    Unsurveyed(KernelError),
    /// The document changed in each round of a run.
    #[error("{} changes in each round of the run; its last version but one is applied", .0.display())]
    Unstable(PathBuf),
}

/// The problems of a document, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDocument {
    /// The problems, at least one.
    pub problems: Vec<Problem>,
}

/// A problem of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The location in the document.
    pub location: Location,
    /// The problem, and what was expected.
    pub message: String,
}

/// A location in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Line and column, from 1.
    Position(usize, usize),
    /// A JSON Pointer (RFC 6901), relative to the member `loopback-static-routes`.
    Pointer(String),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(line, column) => write!(f, "{line}:{column}"),
            Self::Pointer(pointer) => pointer.fmt(f),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.message)
    }
}

impl Problem {
    pub(super) fn at(pointer: impl Into<String>, message: String) -> Self {
        Self { location: Location::Pointer(pointer.into()), message }
    }
}

/// A line that makes the network scripts run the whole file as root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedAsRoot {
    /// The line's number, from 1.
    pub number: usize,
    /// The line.
    pub text: String,
}

/// A failed exchange with the kernel.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action}: {cause}")]
pub struct KernelError {
    /// The step.
    pub action: &'static str,
    /// The reason.
    pub cause: std::io::Error,
}

impl KernelError {
    /// Returns true if the kernel would not send a packet to the address that was looked up. A
    /// route or a rule of type `blackhole`, `unreachable` or `prohibit` gives these errors, as does
    /// the lack of any route.
    pub(crate) fn is_refusal(&self) -> bool {
        self.cause.raw_os_error().is_some_and(|number| REFUSALS.contains(&number))
    }

    /// Returns true if the interface went away after it was found (ENODEV).
    pub(crate) fn is_gone(&self) -> bool {
        self.cause.raw_os_error() == Some(ENODEV)
    }
}

/// A failed reconciliation, and the result of its undoing.
#[derive(Debug)]
pub struct Failure {
    /// The reason.
    pub(crate) cause: ReconcileError,
    /// The reason why some changes could not be undone, if any.
    pub(crate) undone: Result<Undone, ReconcileError>,
}

/// The result of undoing all changes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// The kernel's routes are as before.
    Exactly,
    /// The kernel's routes differ from those before: the interface or other programs changed them.
    ButForOthers,
}

/// The reason why the kernel's routes could not be changed to the goal.
#[derive(Debug)]
pub enum ReconcileError {
    /// A query to the kernel failed.
    Kernel(KernelError),
    /// The kernel refused requests.
    Refused(Vec<(Request, Refusal)>),
    /// The kernel accepted all requests, but these would still be necessary.
    Differs(Vec<Request>),
}

impl fmt::Display for ReconcileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(error) => error.fmt(f),
            Self::Refused(refused) => {
                let refused: Vec<String> =
                    refused.iter().map(|(request, refusal)| format!("{request}: {refusal}")).collect();
                write!(f, "the kernel refused to {}", List(&refused))
            }
            Self::Differs(requests) => {
                write!(f, "the kernel's routes still differ from the goal; remaining: {}", List(requests))
            }
        }
    }
}

impl std::error::Error for ReconcileError {}

impl From<KernelError> for ReconcileError {
    fn from(error: KernelError) -> Self {
        Self::Kernel(error)
    }
}

/// A list that displays only its first items.
struct List<'l, T>(&'l [T]);

impl<T: fmt::Display> fmt::Display for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().take(NAMED).enumerate() {
            write!(f, "{}{item}", if index == 0 { "" } else { "; " })?;
        }
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

fn undone_text(undone: &Result<Undone, ReconcileError>) -> String {
    match undone {
        Ok(Undone::Exactly) => "; the changes of this run were undone: kernel and route file are as before".to_owned(),
        Ok(Undone::ButForOthers) => {
            "; the changes of this run were undone, but the kernel's routes changed otherwise during the run".to_owned()
        }
        Err(cause) => format!("; the changes of this run could not all be undone: {cause}"),
    }
}

impl Error {
    /// Returns true if this file does not exist.
    pub(crate) fn is_missing(&self, file: &Path) -> bool {
        matches!(self, Self::File(error) if error.is_not_found() && error.path == file)
    }

    /// Returns true if the input is at fault, not the system.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        matches!(self, Self::Document { .. } | Self::Sourced { .. } | Self::Peers { .. })
    }

    /// Returns the verdict of a command that failed.
    pub(crate) fn verdict(&self) -> Verdict {
        if self.is_finding() { Verdict::Refused } else { Verdict::Failed }
    }
}
