//! The identity of a file or folder, whatever its path.

use std::path::Path;

use rustix::fs::{self, Stat};

/// The identity of a file or folder: its device and inode. Two paths with the same identity lead to
/// the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) device: u64,
    pub(crate) inode: u64,
}

impl Identity {
    /// Returns the identity of a path that a user names; `None` if there is nothing. Links are
    /// followed.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        fs::stat(path).ok().map(|stat| Self::of_stat(&stat))
    }

    pub(super) fn of_stat(stat: &Stat) -> Self {
        Self { device: stat.st_dev, inode: stat.st_ino }
    }
}
