//! The file system: the operations that more than one wing uses.
//!
//! [`Root`] opens paths beneath a folder, and no symbolic link can escape it. [`Folder`] works on
//! names in one open folder: it locks, reads, stages, commits, removes and flushes. [`replace()`]
//! works on a file that a user names. [`Original`] does the same to a file that was read, unless
//! another program changes it in the meantime.
//!
//! A file is replaced in three steps. [`Folder::stage`] writes the new file under a temporary name,
//! with its owner and mode. A flush makes the bytes durable. [`Folder::commit`] renames it, so a
//! reader sees the old file or the new one.
#![cfg_attr(
    not(all(feature = "conductor", feature = "router")),
    allow(dead_code, reason = "each program uses a part of this")
)]

mod error;
mod file;
mod folder;
mod identity;
mod lock;
#[cfg(feature = "conductor")]
mod original;
#[cfg(feature = "conductor")]
mod replace;
mod root;
mod staged;
#[cfg(feature = "conductor")]
mod times;

pub(crate) use error::Cause;
pub use error::FileError;
pub(crate) use file::Attributes;
#[cfg(feature = "conductor")]
pub(crate) use file::{Contents, Description, FileMode};
pub(crate) use folder::Folder;
#[cfg(feature = "conductor")]
pub(crate) use folder::syncfs_reports_errors;
#[cfg(feature = "conductor")]
pub(crate) use identity::Identity;
pub(crate) use lock::{Lock, LockFile};
#[cfg(feature = "conductor")]
pub(crate) use original::Original;
#[cfg(feature = "conductor")]
pub(crate) use replace::replace;
#[cfg(feature = "conductor")]
pub(crate) use root::OpenFile;
pub(crate) use root::{Links, Root};

/// The mode of a new file, regardless of the umask, because another user may have to read it.
pub(crate) const FILE_MODE: u32 = 0o644;

/// The mode of the file of a lock: everybody who can open it can take the lock.
pub(crate) const PRIVATE_MODE: u32 = 0o600;

/// The mode of a new folder, regardless of the umask.
pub(crate) const FOLDER_MODE: u32 = 0o755;

/// The prefix of a file's name while it is written. It hides the file from Salt, NetworkManager and
/// the network scripts.
pub(crate) const TEMPORARY_PREFIX: &str = ".";

/// The suffix of a file's name while it is written.
pub(crate) const TEMPORARY_SUFFIX: &str = ".new";
