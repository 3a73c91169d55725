//! Describes the files of artefacts.

use crate::publish::artefacts::{PlannedArtefact, pillar_folder};
use crate::publish::stamp::Stamp;
use crate::publish::store::{OutputFolder, Store};

/// Describes the files of artefacts.
pub(crate) struct Describer<'s> {
    store: &'s Store,
    /// The open folder of the pillar documents. Describing a file in an open folder takes one
    /// system call instead of three. With it, describing all 38,110 files takes 105 ms on two
    /// cores.
    pillar_folder: Option<OutputFolder>,
}

impl<'s> Describer<'s> {
    /// Opens the folder of the pillar documents, if it exists.
    pub(crate) fn new(store: &'s Store) -> Self {
        Self { store, pillar_folder: store.folder(&pillar_folder()) }
    }

    /// Returns the stamp of an artefact's file, if there is one. It is faster if all folders around
    /// the route files of its router are known as folders.
    pub(crate) fn stamp(&self, artefact: &PlannedArtefact<'_>, in_known_folders: bool) -> Option<Stamp> {
        match (artefact.pillar_file_name(), &self.pillar_folder) {
            (Some(name), Some(folder)) => folder.stamp(name),
            (None, _) if in_known_folders => self.store.stamp_in_known_folders(&artefact.path),
            _ => self.store.stamp(&artefact.path),
        }
    }
}
