//! Failures of Salt.

use std::io;
use std::path::PathBuf;

/// A failure of Salt, or of one of its commands.
#[derive(Debug, thiserror::Error)]
pub enum SaltError {
    /// There is no configuration of a master in any of these folders.
    #[error("no configuration of a Salt master in {}; name its folder with --salt-config", folders(.0))]
    NoMaster(Vec<PathBuf>),
    /// None of these commands is on the path.
    #[error("cannot find the command {}; install it, or add its folder to PATH", .0.join(" or "))]
    NoProgram(&'static [&'static str]),
    /// A command could not be run.
    #[error("cannot run {program}: {cause}")]
    System {
        /// The command.
        program: String,
        /// The error of the system.
        cause: io::Error,
    },
    /// A command ended without an answer. This is the case if the master does not respond.
    #[error("{program} gives no answer: {words}")]
    NoAnswer {
        /// The command.
        program: String,
        /// The last line that it printed.
        words: String,
    },
    /// A command did not end in time.
    #[error("{program} did not end within {seconds} s")]
    Slow {
        /// The command.
        program: String,
        /// The time limit.
        seconds: u64,
    },
}

impl SaltError {
    /// Returns true if the master may answer later, for example after its restart.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NoAnswer { .. } | Self::Slow { .. })
    }
}

fn folders(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}
