//! Opens and locks the output folder.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::fs::{FileError, Folder, Identity, Links, Lock, LockFile, PRIVATE_MODE, Root};
use crate::publish::error::OpenError;
use crate::publish::journal::JOURNAL;
use crate::publish::manifest::MANIFEST;

/// The name of the file in the folder that the runs lock. It is always empty.
pub(crate) const LOCK: &str = ".lock";

/// The number of times that a folder or lock file is opened again after the wait, because it was
/// replaced.
const ATTEMPTS: usize = 10;

/// The purpose for which the output folder is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To compare with it; other runs may compare at the same time.
    Read,
    /// To publish to it; the folder is created if it is missing.
    Write,
}

/// An open folder, which is locked until this value is dropped.
pub(crate) struct LockedFolder {
    pub(crate) root: Root,
    /// The path as the user names it.
    path: PathBuf,
    /// The lock. Without one, only [`Access::Read`] works.
    lock: Option<LockFile>,
    new: New,
}

/// What a run created to have the lock.
#[derive(Default)]
struct New {
    /// The outermost first.
    folders: Vec<PathBuf>,
    lock: bool,
}

impl LockedFolder {
    /// Opens and locks a folder. Returns `None` if it is missing and [`Access::Read`] does not
    /// create it. Calls `on_wait` once if another run holds the lock.
    ///
    /// While it waits, another program may replace the folder or the lock file. Then it starts over
    /// with the one that has the name now.
    pub(crate) fn open(
        path: &Path,
        access: Access,
        wait: Duration,
        on_wait: &dyn Fn(),
    ) -> Result<Option<Self>, OpenError> {
        let mut patience = Patience::new(wait, on_wait);
        loop {
            let opened = match access {
                Access::Read => Self::open_to_read(path, &patience)?,
                Access::Write => Some(Self::open_to_write(path, &patience)?),
            };
            match opened {
                Some(opened) if !opened.is_current() => patience.try_again()?,
                other => return Ok(other),
            }
        }
    }

    /// Returns true if the folder and the lock file still have their names. Otherwise another run
    /// may hold the lock of those that have them.
    pub(crate) fn is_current(&self) -> bool {
        let folder = self.root.as_folder();
        let has_name = folder.identity().is_ok_and(|identity| Identity::of_path(&self.path) == Some(identity));
        let is_in_folder = |lock: &LockFile| lock.identity().is_ok_and(|lock| folder.identity_of(LOCK) == Some(lock));
        has_name && self.lock.as_ref().is_none_or(is_in_folder)
    }

    /// Opens a folder to compare with it. Nothing is created or changed.
    fn open_to_read(path: &Path, patience: &Patience<'_>) -> Result<Option<Self>, OpenError> {
        let root = match Root::open(path, Links::Refuse) {
            Err(error) if error.is_not_found() => return Ok(None),
            root => root?,
        };
        let lock = match root.as_folder().find_lock_file(LOCK) {
            // This user cannot take the lock, but may read the files.
            Err(error) if error.is_denied() => None,
            lock => lock?,
        };
        if let Some(lock) = &lock {
            lock.check(root.as_folder())?;
            patience.lock(lock, Lock::Shared)?;
        }
        Ok(Some(Self { root, path: path.to_owned(), lock, new: New::default() }))
    }

    /// Opens a folder to publish to it, and creates it if it is missing.
    fn open_to_write(path: &Path, patience: &Patience<'_>) -> Result<Self, OpenError> {
        let folders = Root::create(path)?;
        let root = Root::open(path, Links::Refuse)?;
        let folder = root.as_folder();
        exclude_earlier_versions(folder, patience)?;
        let (lock, is_new) = open_lock(&root)?;
        lock.secure(folder)?;
        patience.lock(&lock, Lock::Exclusive)?;
        // Only the run that holds the lock may remove what it created.
        let new = New { folders, lock: is_new };
        Ok(Self { root, path: path.to_owned(), lock: Some(lock), new })
    }
}

/// Opens the lock file, and creates it if it is missing. Returns true if it is new. The mode is
/// corrected if the owner may not open the file.
fn open_lock(root: &Root) -> Result<(LockFile, bool), FileError> {
    match root.as_folder().create_lock_file(LOCK) {
        Err(error) if error.is_private() && root.file_mode(LOCK)?.is_some_and(|mode| mode.may_be_changed()) => {
            root.set_mode(LOCK, PRIVATE_MODE)?;
            root.as_folder().create_lock_file(LOCK)
        }
        other => other,
    }
}

/// Waits for the runs of earlier versions, which lock the folder itself. They leave no lock file. A
/// run that finds none holds both locks, so at most its own version runs after it.
fn exclude_earlier_versions(folder: &Folder, patience: &Patience<'_>) -> Result<(), OpenError> {
    let is_of_earlier_version = !folder.has(LOCK) && (folder.has(MANIFEST) || folder.has(JOURNAL));
    if is_of_earlier_version && !folder.lock(Lock::Exclusive, patience.left(), &|| patience.wait())? {
        return Err(OpenError::Busy(folder.path().to_owned()));
    }
    Ok(())
}

impl Drop for LockedFolder {
    /// Removes what this run created, if it has published nothing.
    fn drop(&mut self) {
        let folder = self.root.as_folder();
        if !self.new.lock || !self.is_current() || folder.has(MANIFEST) || folder.has(JOURNAL) {
            return;
        }
        // A run that waits for this lock notices that the file is gone.
        let _ = folder.remove(LOCK);
        self.new.folders.iter().rev().for_each(|folder| Root::remove_if_empty(folder));
    }
}

/// The time that a run waits for others.
struct Patience<'w> {
    /// The end of the wait; `None` if the clock cannot represent it.
    deadline: Option<Instant>,
    on_wait: &'w dyn Fn(),
    has_waited: Cell<bool>,
    attempts: usize,
}

impl<'w> Patience<'w> {
    fn new(wait: Duration, on_wait: &'w dyn Fn()) -> Self {
        let deadline = Instant::now().checked_add(wait);
        Self { deadline, on_wait, has_waited: Cell::new(false), attempts: 0 }
    }

    fn left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Reports the wait, the first time.
    fn wait(&self) {
        if !self.has_waited.replace(true) {
            (self.on_wait)();
        }
    }

    fn lock(&self, file: &LockFile, lock: Lock) -> Result<(), OpenError> {
        match file.lock(lock, self.left(), &|| self.wait())? {
            true => Ok(()),
            false => Err(OpenError::Busy(file.path().to_owned())),
        }
    }

    /// Fails if there is no time for another attempt.
    fn try_again(&mut self) -> Result<(), OpenError> {
        self.attempts += 1;
        if self.left().is_zero() && self.attempts > ATTEMPTS { Err(OpenError::Replaced) } else { Ok(()) }
    }
}
