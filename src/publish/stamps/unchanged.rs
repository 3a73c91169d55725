//! Recognises unchanged artefacts by their stamps.

use super::StampEntry;
use super::describer::Describer;
use crate::publish::artefacts::PlannedArtefact;
use crate::publish::manifest::ArtefactEntry;
use crate::publish::previous::{Record, Records};
use crate::publish::stamp::Stamp;
use crate::publish::store::Store;

/// The artefacts whose files are unchanged since the previous run.
pub(crate) struct UnchangedFiles<'p> {
    describer: Option<Describer<'p>>,
    records: &'p Records<'p>,
}

/// What is known of an artefact without reading its file.
pub(crate) enum Known<'p> {
    /// The artefact and its file are unchanged.
    Unchanged(&'p ArtefactEntry<'p>, Stamp),
    /// The artefact is probably another one.
    Changed,
    /// The artefact is the same, or it has no stamp. The file may have changed.
    Unknown,
}

impl<'p> UnchangedFiles<'p> {
    pub(crate) fn new(store: Option<&'p Store>, records: &'p Records<'p>) -> Self {
        Self { describer: store.map(Describer::new), records }
    }

    /// Compares an artefact and its file with the previous run. It is faster if all folders around
    /// the file are known as folders.
    pub(crate) fn compare(&self, artefact: &PlannedArtefact<'_>, in_known_folders: bool) -> Known<'p> {
        let Record { entry: Some(entry), stamp: Some(StampEntry(fingerprint, stamp)) } =
            self.records[artefact.position]
        else {
            return Known::Unknown;
        };
        if *fingerprint != artefact.fingerprint {
            return Known::Changed;
        }
        let now = self.describer.as_ref().and_then(|describer| describer.stamp(artefact, in_known_folders));
        if now.as_ref() == Some(stamp) { Known::Unchanged(entry, *stamp) } else { Known::Unknown }
    }
}
