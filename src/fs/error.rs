//! Failures of the file system.

use std::io;
#[cfg(feature = "router")]
use std::path::Path;
use std::path::PathBuf;

use rustix::io::Errno;

/// A failed step on a file or folder.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}", path.display())]
pub struct FileError {
    /// The step, a verb.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// The reason.
    pub cause: Cause,
}

/// The reason why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A system call failed.
    #[error(transparent)]
    System(#[from] io::Error),
    /// A symbolic link has the name of a file.
    #[error("it is a symbolic link, which is not followed; put a regular file in its place")]
    Link,
    /// A folder has the name of a file.
    #[error("it is a folder; put a regular file in its place")]
    Folder,
    /// A device, socket or pipe has the name of a file.
    #[error("it is not a regular file; put a regular file in its place")]
    Special,
    /// The file of a lock belongs to a user who is not trusted with it.
    #[error("it belongs to user {0}, who could hold the lock for ever; remove it if no run of that user is active")]
    Stranger(u32),
    /// The file of a lock is another user's.
    #[error("only its owner may open it; run as that user, or remove it if no run is active")]
    Private,
    /// A file is larger than any that is expected.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
}

impl From<Errno> for Cause {
    fn from(error: Errno) -> Self {
        Self::System(error.into())
    }
}

impl From<Cause> for io::Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::System(error) => error,
            other => Self::other(other),
        }
    }
}

impl FileError {
    /// Creates the error about a file that does not exist.
    #[cfg(feature = "router")]
    pub(crate) fn not_found(action: &'static str, path: &Path) -> Self {
        Self { action, path: path.to_owned(), cause: Errno::NOENT.into() }
    }

    /// Returns true if the name is not taken.
    pub(crate) fn is_not_found(&self) -> bool {
        self.has_errno(&[Errno::NOENT])
    }

    /// Returns true if the path does not exist, or if a part of it is a link or another kind of
    /// file.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self.cause, Cause::Link) || self.has_errno(&[Errno::NOENT, Errno::NOTDIR, Errno::LOOP])
    }

    /// Returns true if a rename can replace the name with a regular file: it is [unreachable] or
    /// special.
    ///
    /// [unreachable]: Self::is_unreachable
    pub(crate) fn is_replaceable(&self) -> bool {
        // ENXIO: a socket.
        matches!(self.cause, Cause::Special) || self.is_unreachable() || self.has_errno(&[Errno::NXIO])
    }

    /// Returns true if a folder has the name.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.cause, Cause::Folder) || self.has_errno(&[Errno::ISDIR])
    }

    /// Returns true if this user may not do the step.
    pub(crate) fn is_not_permitted(&self) -> bool {
        self.has_errno(&[Errno::PERM])
    }

    /// Returns true if this user may not access the file.
    pub(crate) fn is_denied(&self) -> bool {
        self.has_errno(&[Errno::ACCESS])
    }

    /// Returns true if only the owner of the file may open it.
    #[cfg(feature = "conductor")]
    pub(crate) fn is_private(&self) -> bool {
        matches!(self.cause, Cause::Private)
    }

    /// Returns true if the file system takes no new file: it is read-only or full.
    pub(crate) fn is_unwritable(&self) -> bool {
        self.has_errno(&[Errno::ROFS, Errno::NOSPC, Errno::DQUOT])
    }

    fn has_errno(&self, numbers: &[Errno]) -> bool {
        let Cause::System(error) = &self.cause else { return false };
        error.raw_os_error().is_some_and(|number| numbers.iter().any(|errno| errno.raw_os_error() == number))
    }
}
