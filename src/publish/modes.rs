//! Corrects the modes that were changed by hand: those of folders, and of the files of held nodes.
//!
//! All other files get their mode when they are replaced.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::fs::{FILE_MODE, FOLDER_MODE, FileError};
use crate::publish::artefacts::{PlannedArtefact, pillar_folder};
use crate::publish::paths::{folder_of, folders_of};
use crate::publish::store::Store;

/// The folder of all route files.
const ROUTERS: &str = "routers";

/// Corrects modes. A run that only compares records them instead.
pub(crate) struct Modes<'s> {
    store: &'s Store,
    check: bool,
    corrected: Mutex<BTreeSet<String>>,
    /// True if there is a folder of route files.
    has_routers: bool,
}

impl<'s> Modes<'s> {
    /// Corrects the modes of the folders that all nodes share.
    pub(crate) fn new(store: &'s Store, check: bool) -> Result<Self, FileError> {
        let mut modes = Self { store, check, corrected: Mutex::default(), has_routers: false };
        let pillar = pillar_folder();
        for folder in folders_of(std::iter::once(format!("{pillar}/").as_str())) {
            modes.correct_folder(folder)?;
        }
        modes.has_routers = modes.correct_folder(ROUTERS)?;
        Ok(modes)
    }

    /// Corrects the modes of the folders of a router. Returns true if they are all folders, and not
    /// links.
    pub(crate) fn correct_router(&self, artefacts: &[PlannedArtefact<'_>]) -> Result<bool, FileError> {
        if !self.has_routers {
            return Ok(false);
        }
        let route_files = artefacts.iter().filter(|artefact| artefact.owner.minion.is_none());
        let mut known = None;
        for node in route_files.filter_map(|artefact| folder_of(&artefact.path)) {
            let router = folder_of(node);
            let has_router = router == known || router.map_or(Ok(false), |router| self.correct_folder(router))?;
            known = router;
            if !(has_router && self.correct_folder(node)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Corrects the modes of files that are kept, and of their folders. Returns the files that are
    /// missing.
    pub(crate) fn correct_kept<'p>(
        &self,
        paths: impl Iterator<Item = &'p str> + Clone,
    ) -> Result<Vec<String>, FileError> {
        for folder in folders_of(paths.clone()) {
            self.correct_folder(folder)?;
        }
        let mut missing = Vec::new();
        for path in paths {
            match self.store.file_mode(path) {
                Ok(Some(mode)) if mode.bits != FILE_MODE && mode.may_be_changed() => self.correct(path, FILE_MODE)?,
                Ok(None) => missing.push(path.to_owned()),
                // Nothing is known of a file in a folder that this user may not enter.
                Ok(Some(_)) | Err(_) => {}
            }
        }
        Ok(missing)
    }

    /// Returns the folders and files whose modes were corrected, sorted.
    pub(crate) fn corrected(&self) -> Vec<String> {
        self.corrected.lock().expect(NO_PANIC).iter().cloned().collect()
    }

    /// Corrects the mode of a folder. Returns false if there is no folder.
    fn correct_folder(&self, path: &str) -> Result<bool, FileError> {
        match self.store.folder_mode(path) {
            None => return Ok(false),
            Some(mode) if mode.bits != FOLDER_MODE && mode.may_be_changed() => self.correct(path, FOLDER_MODE)?,
            Some(_) => {}
        }
        Ok(true)
    }

    fn correct(&self, path: &str, mode: u32) -> Result<(), FileError> {
        if !self.check {
            match self.store.set_mode(path, mode) {
                // A link in its path, which the comparison reports.
                Err(error) if error.is_unreachable() => return Ok(()),
                set => set?,
            }
        }
        self.corrected.lock().expect(NO_PANIC).insert(path.to_owned());
        Ok(())
    }
}

const NO_PANIC: &str = "no thread panics while it holds the lock";
