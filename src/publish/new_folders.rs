//! Folders that a run makes. Each has a temporary name until all files in it are written.
//!
//! The files in such a folder have their final names. So a first run renames two folders, and not
//! 38,110 files.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use crate::fs::{FileError, Root, TEMPORARY_PREFIX, TEMPORARY_SUFFIX};
use crate::publish::paths::{on_the_way, split};

/// The outermost folders that were missing. One is true if it has its final name.
#[derive(Default)]
pub(crate) struct NewFolders(Mutex<BTreeMap<String, bool>>);

impl NewFolders {
    /// Returns the temporary path of a folder that is in a new one; `None` if it is in none.
    pub(crate) fn temporary(&self, folder: &str) -> Option<String> {
        let new = self.lock();
        outermost(&new, folder).map(|outermost| temporary_path(outermost, folder))
    }

    /// Makes the outermost missing folder on the way to a folder, under a temporary name. Returns
    /// the temporary path of the folder; `None` if it is there.
    pub(crate) fn begin(&self, root: &Root, folder: &str) -> Result<Option<String>, FileError> {
        let mut new = self.lock();
        if let Some(outermost) = outermost(&new, folder) {
            return Ok(Some(temporary_path(outermost, folder)));
        }
        let Some(missing) = outermost_missing(root, folder)? else { return Ok(None) };
        let (parent, name) = split(missing);
        let parent = root.folder(parent)?;
        // If this fails halfway, the folder is discarded with the others.
        new.insert(missing.to_owned(), false);
        parent.stage_folder(name)?;
        Ok(Some(temporary_path(missing, folder)))
    }

    /// Fails if the final name of a new folder is taken. Another program made it in the meantime.
    pub(crate) fn check(&self, root: &Root) -> Result<(), FileError> {
        self.lock().keys().try_for_each(|outermost| {
            let (parent, name) = split(outermost);
            root.folder(parent)?.check_free(name)
        })
    }

    /// Gives the new folder with a file its final name, unless it has it. Returns false if the file
    /// is in no new folder.
    pub(crate) fn commit(&self, root: &Root, folder: &str) -> Result<bool, FileError> {
        let mut new = self.lock();
        let Some(outermost) = outermost(&new, folder) else { return Ok(false) };
        if !new[outermost] {
            let (parent, name) = split(outermost);
            root.folder(parent)?.commit(name)?;
            new.insert(outermost.to_owned(), true);
        }
        Ok(true)
    }

    /// Removes the new folders, with their files. None may have its final name yet.
    pub(crate) fn discard(&self, root: &Root) -> Result<(), FileError> {
        std::mem::take(&mut *self.lock()).keys().try_for_each(|folder| discard(root, folder))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, bool>> {
        self.0.lock().expect("no thread panics while it holds the lock")
    }
}

/// Removes the temporary folder that a killed run made for a folder, with its files.
pub(crate) fn discard(root: &Root, folder: &str) -> Result<(), FileError> {
    let (parent, name) = split(folder);
    match root.folder(parent) {
        Ok(parent) => parent.discard_folder(name),
        Err(error) if error.is_unreachable() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns the folder on the way to a folder that is new.
fn outermost<'f>(new: &BTreeMap<String, bool>, folder: &'f str) -> Option<&'f str> {
    on_the_way(folder).find(|folder| new.contains_key(*folder))
}

fn outermost_missing<'f>(root: &Root, folder: &'f str) -> Result<Option<&'f str>, FileError> {
    for on_the_way in on_the_way(folder) {
        match root.folder(on_the_way) {
            Ok(_) => {}
            Err(error) if error.is_not_found() => return Ok(Some(on_the_way)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Returns the path of a folder in a new one before that has its final name.
fn temporary_path(outermost: &str, folder: &str) -> String {
    let (parent, name) = split(outermost);
    let separator = if parent.is_empty() { "" } else { "/" };
    let rest = &folder[outermost.len()..];
    format!("{parent}{separator}{TEMPORARY_PREFIX}{name}{TEMPORARY_SUFFIX}{rest}")
}
