//! Writes the stamps of a run.

use rayon::prelude::*;

use super::{STAMPS, StampEntry, to_json};
use crate::fs::FileError;
use crate::publish::compare::{ComparedArtefact, Equality};
use crate::publish::manifest::MANIFEST;
use crate::publish::previous::{PreviousFiles, PreviousRun};
use crate::publish::stamp::Stamp;
use crate::publish::store::Store;

/// Writes the stamps of a run, unless the previous run wrote the same.
///
/// A failure is ignored: without stamps, the next run reads all artefacts.
pub(crate) fn update_stamps(
    store: &Store,
    compared: &[ComparedArtefact<'_>],
    manifest: Option<Stamp>,
    files: &PreviousFiles,
    previous: &PreviousRun<'_>,
) {
    let all_by_stamp = compared.iter().all(|artefact| artefact.equality == Equality::ByStamp);
    if all_by_stamp && compared.len() == previous.stamps.len() {
        return;
    }
    if write(store, compared, manifest, &files.stamps).is_err() {
        let _ = store.discard(STAMPS);
    }
}

fn write(
    store: &Store,
    compared: &[ComparedArtefact<'_>],
    manifest: Option<Stamp>,
    previous: &[u8],
) -> Result<(), FileError> {
    let now = store.next_tick(STAMPS)?;
    // A file that was written to or replaced since it was read gets no stamp.
    let current = |path: &str, then: Stamp| store.stamp(path).filter(|now| now.same_content(&then));
    let stamp = |artefact: &ComparedArtefact<'_>| match artefact.equality {
        Equality::ByStamp => artefact.stamp,
        Equality::ByContent | Equality::Different => current(&artefact.planned.path, artefact.stamp?),
    };
    let stamps: Vec<Option<Stamp>> = compared.par_iter().map(stamp).collect();
    let entries = compared.iter().zip(stamps).filter_map(|(artefact, stamp)| {
        let planned = artefact.planned;
        Some((planned.path.as_str(), StampEntry(&planned.fingerprint, stamp?)))
    });
    let manifest = manifest.and_then(|then| current(MANIFEST, then));
    let text = to_json(manifest, compared.len(), entries, now);
    if text == previous {
        return store.discard(STAMPS);
    }
    store.write_temporary(STAMPS, &text)?;
    store.commit(STAMPS)
}
