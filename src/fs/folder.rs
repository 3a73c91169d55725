//! An open folder, and the names in it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::file::{self, Attributes, Contents, Description};
use super::identity::Identity;
use super::lock::{self, Lock, LockFile};
use super::{Cause, FOLDER_MODE, FileError};

/// An open folder.
///
/// Methods that take a name never follow a symbolic link of that name.
pub(crate) struct Folder {
    pub(super) descriptor: OwnedFd,
    /// The path, for messages.
    pub(super) path: PathBuf,
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Folder {
    pub(super) fn new(descriptor: OwnedFd, path: PathBuf) -> Self {
        Self { descriptor, path }
    }

    /// Opens a folder that a user names. Links in its path are followed.
    pub(crate) fn open(path: &Path) -> Result<Self, FileError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match fs::open(path, flags, Mode::empty()) {
            Ok(descriptor) => Ok(Self::new(descriptor, path.to_owned())),
            Err(error) => Err(FileError { action: "open", path: path.to_owned(), cause: error.into() }),
        }
    }

    /// Returns the path of the folder, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the identity of the folder.
    pub(crate) fn identity(&self) -> Result<Identity, FileError> {
        let stat = fs::fstat(&self.descriptor).map_err(|error| self.failed_here("open", error))?;
        Ok(Identity::of_stat(&stat))
    }

    /// Returns the identity of what has a name; `None` if nothing has it.
    pub(crate) fn identity_of(&self, name: &str) -> Option<Identity> {
        let stat = fs::statat(&self.descriptor, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Identity::of_stat(&stat))
    }

    /// Returns the device of the folder, if its file system has times that show every change of a
    /// file.
    #[cfg(feature = "conductor")]
    pub(crate) fn device_with_exact_times(&self) -> Option<u64> {
        super::times::device_with_exact_times(&self.descriptor)
    }

    /// Locks the folder itself until this value is dropped. Everybody who can open the folder can
    /// do that. Returns false if another run holds the lock for longer than `wait`. Calls `on_wait`
    /// once if there is a wait.
    pub(crate) fn lock(&self, lock: Lock, wait: Duration, on_wait: &dyn Fn()) -> Result<bool, FileError> {
        lock::lock(&self.descriptor, lock, wait, on_wait).map_err(|error| self.failed_here("lock", error))
    }

    /// Opens the file of a lock; `None` if it is missing.
    pub(crate) fn find_lock_file(&self, name: impl AsRef<OsStr>) -> Result<Option<LockFile>, FileError> {
        let name = name.as_ref();
        match self.open_file(name) {
            Ok(descriptor) => Ok(Some(LockFile { descriptor, path: self.path.join(name) })),
            Err(Cause::System(error)) if Errno::from_io_error(&error) == Some(Errno::NOENT) => Ok(None),
            Err(cause) => Err(self.failed("open", name, cause)),
        }
    }

    /// Opens the file of a lock; `None` if it is missing. Nobody but its owner may open it, because
    /// that is enough to take the lock.
    pub(crate) fn lock_file(&self, name: impl AsRef<OsStr>) -> Result<Option<LockFile>, FileError> {
        let name = name.as_ref();
        let Some(file) = self.find_lock_file(name)? else { return Ok(None) };
        file::make_private(&file.descriptor).map_err(|error| self.failed("set the mode of", name, error.into()))?;
        Ok(Some(file))
    }

    /// Opens the file of a lock, and creates it if it is missing. Returns true if it is new.
    ///
    /// It is opened to write: NFS, where locks are those of `fcntl(2)`, requires this for an
    /// exclusive lock.
    pub(crate) fn create_lock_file(&self, name: impl AsRef<OsStr>) -> Result<(LockFile, bool), FileError> {
        let name = name.as_ref();
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = |flags| fs::openat(&self.descriptor, name, flags, Mode::RUSR | Mode::WUSR);
        let (opened, is_new) = match open(flags | OFlags::CREATE | OFlags::EXCL) {
            Err(Errno::EXIST) => match open(flags) {
                // Without changes, a run needs to write nothing.
                Err(Errno::ROFS) => (open((flags - OFlags::RDWR) | OFlags::RDONLY), false),
                other => (other, false),
            },
            other => (other, true),
        };
        match opened {
            Ok(descriptor) => Ok((LockFile { descriptor, path: self.path.join(name) }, is_new)),
            Err(Errno::LOOP) => Err(self.failed("open", name, Cause::Link)),
            Err(Errno::ISDIR) => Err(self.failed("open", name, Cause::Folder)),
            Err(Errno::ACCESS) if !is_new => Err(self.failed("open", name, Cause::Private)),
            Err(error) => Err(self.failed(if is_new { "create" } else { "open" }, name, error.into())),
        }
    }

    /// Reads a regular file of at most `limit` bytes.
    pub(crate) fn read(&self, name: impl AsRef<OsStr>, limit: usize) -> Result<Contents, FileError> {
        let name = name.as_ref();
        let read = self.open_file(name).and_then(|file| file::read(file, limit));
        read.map_err(|cause| self.failed("read", name, cause))
    }

    /// Returns the attributes of a regular file, with its SELinux label and access list.
    pub(crate) fn attributes(&self, name: impl AsRef<OsStr>) -> Result<Attributes, FileError> {
        let name = name.as_ref();
        let read = self.open_file(name).and_then(Attributes::of_file);
        read.map_err(|cause| self.failed("read", name, cause))
    }

    /// Describes a regular file; `None` if there is none by this name, or it cannot be described.
    pub(crate) fn describe(&self, name: impl AsRef<OsStr>) -> Option<Description> {
        let stat = fs::statat(&self.descriptor, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Description::of_regular(&stat)
    }

    fn open_file(&self, name: &OsStr) -> Result<OwnedFd, Cause> {
        // NONBLOCK: the open of a pipe would wait for its other end.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match fs::openat(&self.descriptor, name, flags, Mode::empty()) {
            Ok(file) => Ok(file),
            Err(Errno::LOOP) => Err(Cause::Link),
            Err(error) => Err(error.into()),
        }
    }

    /// Renames a file, and replaces a file that has the new name.
    pub(crate) fn rename(&self, from: impl AsRef<OsStr>, to: impl AsRef<OsStr>) -> Result<(), FileError> {
        let to = to.as_ref();
        fs::renameat(&self.descriptor, from.as_ref(), &self.descriptor, to)
            .map_err(|error| self.failed("replace", to, error.into()))
    }

    /// Creates a hard link to a file.
    pub(crate) fn link(&self, name: impl AsRef<OsStr>, second: impl AsRef<OsStr>) -> Result<(), FileError> {
        let second = second.as_ref();
        fs::linkat(&self.descriptor, name.as_ref(), &self.descriptor, second, AtFlags::empty())
            .map_err(|error| self.failed("create", second, error.into()))
    }

    /// Replaces the bytes of a file, which keeps its owner, mode and label, and makes them durable.
    /// Readers may see a part of the bytes, so the file must not have its final name.
    pub(crate) fn overwrite(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> Result<(), FileError> {
        let name = name.as_ref();
        let flags = OFlags::WRONLY | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let written = fs::openat(&self.descriptor, name, flags, Mode::empty()).map_err(std::io::Error::from);
        let written = written.and_then(|file| {
            let mut file = File::from(file);
            file.write_all(bytes)?;
            Ok(fs::fsync(&file)?)
        });
        written.map_err(|error| self.failed("write", name, error.into()))
    }

    /// Removes a file, if it exists.
    pub(crate) fn remove(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        let name = name.as_ref();
        match fs::unlinkat(&self.descriptor, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            // A read-only file system refuses before it looks for the name.
            Err(Errno::ROFS) if !self.has(name) => Ok(()),
            Err(error) => Err(self.failed("remove", name, error.into())),
        }
    }

    /// Fails if the name is taken.
    #[cfg(feature = "conductor")]
    pub(crate) fn check_free(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        let name = name.as_ref();
        if self.has(name) { Err(self.failed("create", name, Errno::EXIST.into())) } else { Ok(()) }
    }

    /// Returns false if the name is not taken.
    pub(crate) fn has(&self, name: impl AsRef<OsStr>) -> bool {
        !matches!(fs::statat(&self.descriptor, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW), Err(Errno::NOENT))
    }

    /// Removes a folder, if it exists. Returns false if it is not empty, or not a folder.
    pub(crate) fn remove_folder(&self, name: impl AsRef<OsStr>) -> Result<bool, FileError> {
        let name = name.as_ref();
        match fs::unlinkat(&self.descriptor, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => Ok(true),
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR | Errno::LOOP) => Ok(false),
            Err(error) => Err(self.failed("remove", name, error.into())),
        }
    }

    /// Creates a folder, unless the name is taken.
    pub(super) fn create_folder(&self, name: &OsStr) -> Result<(), FileError> {
        match self.make_folder(name) {
            // Another thread or run created it first.
            Err(Errno::EXIST) => Ok(()),
            other => other.map_err(|error| self.failed("create", name, error.into())),
        }
    }

    pub(super) fn make_folder(&self, name: &OsStr) -> Result<(), Errno> {
        let mode = Mode::from_raw_mode(FOLDER_MODE);
        fs::mkdirat(&self.descriptor, name, mode)?;
        fs::chmodat(&self.descriptor, name, mode, AtFlags::empty())
    }

    /// Sets the mode of the folder itself.
    pub(crate) fn set_mode(&self, mode: u32) -> Result<(), FileError> {
        fs::fchmod(&self.descriptor, Mode::from_raw_mode(mode))
            .map_err(|error| self.failed_here("set the mode of", error))
    }

    /// Makes new, changed and removed names durable.
    pub(crate) fn flush(&self) -> Result<(), FileError> {
        fs::fsync(&self.descriptor).map_err(|error| self.failed_here("flush", error))
    }

    /// Makes everything in the folder's file system durable.
    pub(crate) fn flush_file_system(&self) -> Result<(), FileError> {
        fs::syncfs(&self.descriptor).map_err(|error| self.failed_here("flush", error))
    }

    pub(super) fn failed(&self, action: &'static str, name: &OsStr, cause: Cause) -> FileError {
        FileError { action, path: self.path.join(name), cause }
    }

    pub(super) fn failed_here(&self, action: &'static str, error: Errno) -> FileError {
        FileError { action, path: self.path.clone(), cause: error.into() }
    }
}

/// Returns true if `syncfs(2)` reports bytes that could not be written: since Linux 5.8.
#[cfg(feature = "conductor")]
pub(crate) fn syncfs_reports_errors() -> bool {
    let uname = rustix::system::uname();
    let release = uname.release().to_string_lossy();
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 8)
}
