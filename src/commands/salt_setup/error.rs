//! Errors of `salt-setup`.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::salt::SaltError;

/// An error that keeps `salt-setup` from changing anything.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
    /// The top file cannot be edited safely.
    #[error("{}:{reason}", path.display())]
    Refused {
        /// The top file.
        path: PathBuf,
        /// The place and the reason.
        reason: Uneditable,
    },
    /// Another file has the name of the SLS file.
    #[error("{}: this is not a file that salt-setup made; move it away, or name another root", .0.display())]
    Taken(PathBuf),
    /// The top file is a symbolic link to a missing file, or is not a regular file.
    #[error("{}: {problem}", path.display())]
    NotAFile {
        /// The top file.
        path: PathBuf,
        /// The problem, and what to do.
        problem: &'static str,
    },
    /// Another program changed the top file during the run.
    #[error("{}: another program changed the file during this run, so it was not changed; run salt-setup again", .0.display())]
    Changed(PathBuf),
    /// The master has no folders of an environment.
    #[error("the master has no {key} of the environment {environment}; add one to its configuration")]
    NoRoot {
        /// The setting of the master.
        key: &'static str,
        /// The environment.
        environment: &'static str,
    },
    /// The master does not read a folder.
    #[error("{}: this is not among the {key} of the environment base: {}", path.display(), listed(roots))]
    NotARoot {
        /// The folder.
        path: PathBuf,
        /// The setting of the master.
        key: &'static str,
        /// The folders of that setting.
        roots: Vec<PathBuf>,
    },
    /// The master has no state to put into the highstate.
    #[error(
        "no state loopback_static_routes in the file_roots of the environment plugins ({}); install it there, or use \
         --pillar-root alone to connect only the pillar",
        listed(.0)
    )]
    NoState(Vec<PathBuf>),
    /// The folder of the option has no configuration of a master.
    #[error(transparent)]
    NoMaster(SaltError),
    /// Salt fails.
    #[error("{0}\n  to connect the roots without asking Salt, name them with --pillar-root and --file-root")]
    Salt(SaltError),
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
        !matches!(self, Self::System { .. } | Self::NoMaster(_) | Self::Salt(_))
    }
}

fn listed(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "none".to_owned();
    }
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The reason why a top file cannot be edited safely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uneditable {
    /// The line number, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    /// The problem, and what was expected.
    pub(super) message: String,
    /// The way out.
    pub(super) advice: Advice,
}

/// The way out of an error about a top file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Correct the file: Salt rejects it, or reads it in an unexpected way.
    Correct,
    /// Add the stanza by hand: Salt reads the file, and this program cannot.
    AddByHand,
    /// Remove or restore the lines of the stanza.
    Restore,
}

impl fmt::Display for Uneditable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}
