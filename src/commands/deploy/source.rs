//! The source of the configuration: a file, a folder, or a command that prints it.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::command::printed;
use super::settings::Settings;
use crate::commands::CommandError;
use crate::input::Input;

/// The interval at which a file that changes is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// The longest wait for a file that changes again and again.
const LONGEST_SETTLING: Duration = Duration::from_secs(30);

/// The version of a file. It changes when the file is written or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Version {
    fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        Some(Self {
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}

/// The source of a configuration.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A file or a folder.
    Path(PathBuf),
    /// A command, and the time it may take.
    Command(Vec<String>, Duration),
}

impl Source {
    /// Returns the source that the settings name.
    pub(super) fn of(settings: &Settings) -> Result<Self, CommandError> {
        if let Some(command) = &settings.source_command {
            return Ok(Self::Command(command.clone(), settings.command_timeout()));
        }
        let path = settings.source.clone().expect("it has a default");
        if !path.exists() {
            let message = format!("no configuration in {}; set `source` or `source-command`", path.display());
            return Err(CommandError::Usage(message));
        }
        Ok(Self::Path(path))
    }

    /// Returns the path of a file or folder.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Command(..) => None,
        }
    }

    /// Returns what is to be read. A command is run.
    pub(super) fn inputs(&self) -> anyhow::Result<Vec<Input>> {
        Ok(vec![match self {
            Self::Path(path) => Input::Path(path.clone()),
            Self::Command(command, limit) => {
                Input::Text { name: "source-command".to_owned(), bytes: printed(command, *limit)? }
            }
        }])
    }

    /// Returns the version of a file; it changes when the file is written or replaced. `None` for
    /// other sources: the timer notices their changes.
    pub(super) fn version(&self) -> Option<Version> {
        self.path().filter(|path| path.is_file()).and_then(Version::of)
    }

    /// Waits until the file has not changed for this time, so that several commits in a row are one
    /// run.
    pub(super) fn settle(&self, time: Duration) {
        let begun = Instant::now();
        let mut since = begun;
        let mut version = self.version();
        while version.is_some() && since.elapsed() < time && begun.elapsed() < LONGEST_SETTLING {
            std::thread::sleep(INTERVAL.min(time));
            let now = self.version();
            if now != version {
                (version, since) = (now, Instant::now());
            }
        }
    }
}
