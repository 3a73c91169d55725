//! Recognises unchanged artefacts by their stamps.

use super::StampEntry;
use crate::publish::artefacts::{PlannedArtefact, pillar_folder};
use crate::publish::manifest::ArtefactEntry;
use crate::publish::previous::PreviousRun;
use crate::publish::stamp::Stamp;
use crate::publish::store::{OutputFolder, Store};

/// The artefacts whose files are unchanged since the previous run.
pub(crate) struct UnchangedFiles<'p> {
    store: Option<&'p Store>,
    previous: &'p PreviousRun<'p>,
    /// The open folder of the pillar documents. Describing a file in an open folder takes one
    /// system call instead of three. With it, describing all 38,110 files takes 105 ms on two
    /// cores.
    pillar_folder: Option<OutputFolder>,
}

impl<'p> UnchangedFiles<'p> {
    /// Opens the folder of the pillar documents, if it exists.
    pub(crate) fn new(store: Option<&'p Store>, previous: &'p PreviousRun<'p>) -> Self {
        Self { store, previous, pillar_folder: store.and_then(|store| store.folder(&pillar_folder())) }
    }

    /// Returns the manifest entry and the stamp of an artefact, if artefact and file are unchanged.
    pub(crate) fn get(&self, artefact: &PlannedArtefact<'_>) -> Option<(&'p ArtefactEntry<'p>, Stamp)> {
        let StampEntry(fingerprint, stamp) = self.previous.stamps.get(&artefact.path)?;
        let entry = self.previous.artefacts.get(artefact.path.as_str())?;
        let is_unchanged = *fingerprint == artefact.fingerprint && self.stamp(artefact).as_ref() == Some(stamp);
        is_unchanged.then_some((entry, *stamp))
    }

    fn stamp(&self, artefact: &PlannedArtefact<'_>) -> Option<Stamp> {
        match (&self.pillar_folder, artefact.pillar_file_name()) {
            (Some(folder), Some(name)) => folder.stamp(&name),
            _ => self.store?.stamp(&artefact.path),
        }
    }
}
