//! Locks of open files and folders (`flock(2)`). A killed run holds none.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{self, FlockOperation, Gid, Mode, Uid};
use rustix::io::Errno;

use super::file::{self, Description};
use super::identity::Identity;
use super::{Cause, FileError, PRIVATE_MODE};

/// The interval at which a waiting run tries to get the lock.
const LOCK_INTERVAL: Duration = Duration::from_millis(20);

/// A kind of lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Other runs may hold a shared lock too.
    Shared,
    /// No other run holds a lock.
    Exclusive,
}

/// An empty file that serves as a lock.
pub(crate) struct LockFile {
    pub(super) descriptor: OwnedFd,
    /// The path, for messages.
    pub(super) path: PathBuf,
}

impl LockFile {
    /// Returns the path, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the lock until this value is dropped. Returns false if another run holds it for longer
    /// than `wait`. Calls `on_wait` once if there is a wait.
    pub(crate) fn lock(&self, lock: Lock, wait: Duration, on_wait: &dyn Fn()) -> Result<bool, FileError> {
        self::lock(&self.descriptor, lock, wait, on_wait).map_err(|error| self.failed("lock", error.into()))
    }

    /// Checks that this is a regular file, and that no stranger can hold its lock. It must belong
    /// to this user, to root or to the owner of its folder.
    pub(crate) fn check(&self, folder: impl AsFd) -> Result<Description, FileError> {
        let description = file::describe(&self.descriptor).map_err(|cause| self.failed("lock", cause))?;
        let of_folder = fs::fstat(folder).map_err(|error| self.failed("lock", error.into()))?;
        let trusted = [0, of_folder.st_uid, rustix::process::geteuid().as_raw()];
        if !trusted.contains(&description.owner) {
            return Err(self.failed("lock", Cause::Stranger(description.owner)));
        }
        Ok(description)
    }

    /// Checks the file as [`LockFile::check`] does, and sees to it that its owner alone can open
    /// it, because that is enough to take the lock.
    pub(crate) fn secure(&self, folder: impl AsFd + Copy) -> Result<(), FileError> {
        let description = self.check(folder)?;
        // The owner of the folder must be able to open a lock that root creates.
        self.give_to_owner(folder);
        if description.mode != PRIVATE_MODE { self.set_mode(PRIVATE_MODE) } else { Ok(()) }
    }

    /// Sets the mode of the file, regardless of the umask.
    fn set_mode(&self, mode: u32) -> Result<(), FileError> {
        let set = fs::fchmod(&self.descriptor, Mode::from_raw_mode(mode));
        set.map_err(|error| self.failed("set the mode of", error.into()))
    }

    /// Gives the file to the owner of its folder, if it is another user's, and if this user may do
    /// that.
    fn give_to_owner(&self, folder: impl AsFd) {
        if let (Ok(file), Ok(folder)) = (fs::fstat(&self.descriptor), fs::fstat(folder))
            && file.st_uid != folder.st_uid
        {
            let (owner, group) = (Uid::from_raw(folder.st_uid), Gid::from_raw(folder.st_gid));
            let _ = fs::fchown(&self.descriptor, Some(owner), Some(group));
        }
    }

    /// Returns the identity of the file.
    pub(crate) fn identity(&self) -> Result<Identity, FileError> {
        let stat = fs::fstat(&self.descriptor).map_err(|error| self.failed("read", error.into()))?;
        Ok(Identity::of_stat(&stat))
    }

    fn failed(&self, action: &'static str, cause: Cause) -> FileError {
        FileError { action, path: self.path.clone(), cause }
    }
}

impl Drop for LockFile {
    /// Ends the lock at once. A program that another thread is starting holds a copy of the
    /// descriptor for a moment, and with it the lock.
    fn drop(&mut self) {
        let _ = fs::flock(&self.descriptor, FlockOperation::Unlock);
    }
}

/// Locks an open file or folder. Returns false if another run holds the lock for longer than
/// `wait`. Calls `on_wait` once if there is a wait.
pub(super) fn lock(file: impl AsFd, lock: Lock, wait: Duration, on_wait: &dyn Fn()) -> Result<bool, Errno> {
    let operation = match lock {
        Lock::Shared => FlockOperation::NonBlockingLockShared,
        Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
    };
    // If the clock cannot represent the deadline, the wait has no end.
    let deadline = Instant::now().checked_add(wait);
    let mut is_waiting = false;
    loop {
        match fs::flock(&file, operation) {
            Ok(()) => return Ok(true),
            Err(Errno::WOULDBLOCK) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                return Ok(false);
            }
            Err(Errno::WOULDBLOCK) => {
                if !std::mem::replace(&mut is_waiting, true) {
                    on_wait();
                }
                std::thread::sleep(LOCK_INTERVAL);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Folder;

    #[test]
    fn the_lock_ends_although_a_program_that_starts_has_the_file_open() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(scratch.path()).expect("it opens");
        let locked = || {
            let (file, _) = folder.create_lock_file("lock").expect("it is created");
            file.lock(Lock::Exclusive, Duration::ZERO, &|| ()).expect("it locks").then_some(file)
        };
        let first = locked().expect("the lock is free");
        let _copy = first.descriptor.try_clone().expect("it is copied");
        assert!(locked().is_none(), "the lock is held");
        drop(first);
        assert!(locked().is_some(), "the lock is free");
    }
}
