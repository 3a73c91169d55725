//! Locks of open files and folders (`flock(2)`). A killed run holds none.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::fs::{self, FlockOperation};
use rustix::io::Errno;

use super::FileError;

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
    /// Takes the lock until this value is dropped. Returns false if another run holds it for longer
    /// than `wait`.
    pub(crate) fn lock(&self, wait: Duration) -> Result<bool, FileError> {
        lock(&self.descriptor, Lock::Exclusive, wait, &|| ()).map_err(|error| FileError {
            action: "lock",
            path: self.path.clone(),
            cause: error.into(),
        })
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
