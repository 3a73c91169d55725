//! The identity and state of a file, as the file system describes it.

use serde::{Deserialize, Serialize};

/// The file system's description of a file.
///
/// Any change of the content changes `changed`, the time of the last status change (`inode(7)`),
/// which no system call can set. Another file in the same place has another inode.
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
    /// Returns true if both stamps describe the same file with the same content.
    ///
    /// The time of the last status change is not compared, since a rename changes it.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        let content = |stamp: &Self| (stamp.device, stamp.inode, stamp.size, stamp.modified);
        content(self) == content(other)
    }
}
