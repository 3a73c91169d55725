//! The identity and state of a file, as the file system describes it.

use serde::{Deserialize, Serialize};

/// The file system's description of a file.
///
/// Any change of the content changes `changed`, the time of the last status change (`inode(7)`),
/// which no system call can set. Another file in the same place has another inode. So a file with
/// the same stamp is unchanged, if the stamp was taken as `src/publish/stamps` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "StampNumbers", from = "StampNumbers")]
pub(crate) struct Stamp {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size: u64,
    /// The time of the last modification of the content.
    pub(crate) modified: Moment,
    /// The time of the last change of anything about the file.
    pub(crate) changed: Moment,
}

/// A time of the file system's clock, in seconds and nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(pub(crate) i64, pub(crate) u64);

/// A stamp without field names. For 38,110 artefacts the names would take several megabytes.
type StampNumbers = (u64, u64, u64, Moment, Moment);

impl From<StampNumbers> for Stamp {
    fn from((device, inode, size, modified, changed): StampNumbers) -> Self {
        Self { device, inode, size, modified, changed }
    }
}

impl From<Stamp> for StampNumbers {
    fn from(stamp: Stamp) -> Self {
        (stamp.device, stamp.inode, stamp.size, stamp.modified, stamp.changed)
    }
}

impl Stamp {
    /// Returns true if this is the file that had the other stamp, and was only renamed since.
    ///
    /// The rename must have a later time than the last write. Otherwise, a write after the rename
    /// could have the time of the one before.
    pub(crate) fn is_renamed(&self, other: &Self) -> bool {
        let content = |stamp: &Self| (stamp.device, stamp.inode, stamp.size, stamp.modified);
        content(self) == content(other) && self.changed > other.modified
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Stamp};

    #[test]
    fn a_write_after_the_rename_cannot_have_the_time_of_the_one_before() {
        let staged = Stamp { device: 1, inode: 2, size: 3, modified: Moment(4, 5), changed: Moment(4, 5) };
        for (renamed, expected) in [
            (Stamp { changed: Moment(4, 6), ..staged }, true),
            (Stamp { changed: Moment(5, 0), ..staged }, true),
            (staged, false),
            (Stamp { changed: Moment(4, 6), modified: Moment(4, 6), ..staged }, false),
            (Stamp { changed: Moment(4, 6), size: 4, ..staged }, false),
            (Stamp { changed: Moment(4, 6), inode: 3, ..staged }, false),
            (Stamp { changed: Moment(4, 6), device: 3, ..staged }, false),
        ] {
            assert_eq!(renamed.is_renamed(&staged), expected, "{renamed:?}");
        }
    }
}
