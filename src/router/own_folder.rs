//! The plugin's own folder below `/var/lib`, and the lock in it. Only root can open them.
//!
//! Whoever can open a file can take its lock. So the lock is not on a file or folder that everybody
//! may read. The folder is not one of systemd's runtime folders, which are removed when one of
//! several units stops.

use std::time::Duration;

use crate::fs::{FileError, Folder, Lock, LockFile, Root};
use crate::router::error::Error;

/// The folder.
pub const PATH: &str = "/var/lib/loopback-static-routes";

/// The name of the file in [`PATH`] that the runs lock. It is always empty.
pub const LOCK_NAME: &str = "lock";

/// The mode of the folder.
const MODE: u32 = 0o700;

/// Opens the folder, and creates it if it is missing.
pub(crate) fn open(root: &Root) -> Result<Folder, FileError> {
    match root.folder(PATH) {
        Err(error) if error.is_not_found() => {
            let folder = root.create_folder(PATH)?;
            folder.set_mode(MODE)?;
            Ok(folder)
        }
        other => other,
    }
}

/// Locks out other runs until the returned value is dropped. `before_creating` is called before the
/// folder or the file is created.
///
/// Returns `None` if the file is missing and cannot be created, because the file system is
/// read-only or full. Such a run works without a lock: it can still repair the kernel's routes.
///
/// # Errors
///
/// Another run holds the lock for longer than `wait`, or the file cannot be opened.
pub(crate) fn lock(
    root: &Root,
    wait: Duration,
    before_creating: impl FnOnce() -> Result<(), Error>,
) -> Result<Option<LockFile>, Error> {
    let file = match find(root)? {
        Some(file) => file,
        None => {
            before_creating()?;
            match open(root).and_then(|folder| folder.create_lock_file(LOCK_NAME)) {
                Err(error) if error.is_unwritable() => return Ok(None),
                file => file?.0,
            }
        }
    };
    if !file.lock(Lock::Exclusive, wait, &|| ())? {
        return Err(Error::Busy(root.display_path(PATH).join(LOCK_NAME)));
    }
    Ok(Some(file))
}

fn find(root: &Root) -> Result<Option<LockFile>, FileError> {
    match root.folder(PATH) {
        Ok(folder) => folder.lock_file(LOCK_NAME),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
