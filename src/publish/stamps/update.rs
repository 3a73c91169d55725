//! Writes the stamps of a run.

use std::io::Write as _;

use super::reader::StampReader;
use super::{STAMPS, StampEntry, older, to_json};
use crate::fs::FileError;
use crate::publish::compare::{ComparedArtefact, Equality};
use crate::publish::json_lines::Comparison;
use crate::publish::manifest::MANIFEST;
use crate::publish::previous::{PreviousFiles, PreviousRun};
use crate::publish::stamp::Stamp;
use crate::publish::store::Store;

/// Returns the stamp of a manifest that the run did not write. It is read again if the previous
/// stamps do not belong to it.
pub(crate) fn unchanged_manifest(
    reader: Option<&StampReader<'_>>,
    files: &PreviousFiles,
    previous: &PreviousRun<'_>,
) -> Option<Stamp> {
    if previous.stamps.manifest().is_some() {
        return previous.stamps.manifest();
    }
    let (file, stamp) = reader?.read(MANIFEST).ok()??;
    stamp.filter(|_| Some(file.bytes.as_slice()) == files.manifest())
}

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
    if !store.has_exact_times() {
        // Those of a folder that was moved to this file system.
        let _ = store.remove(STAMPS);
        return;
    }
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
    let now = store.tick_after(store.time(STAMPS)?, STAMPS)?;
    // A file that was changed or replaced since will not have its stamp in the next run either.
    let compared = older(compared, |artefact| artefact.stamp, now);
    let manifest = manifest.filter(|manifest| manifest.changed < now);
    let pieces = || to_json(manifest, &compared, member);
    if Comparison::is_same(previous, |text| pieces().try_for_each(|piece| text.write_all(&piece))) {
        return Ok(());
    }
    store.write_temporary(STAMPS, pieces())?;
    store.commit(STAMPS).map(|_| ())
}

/// Returns the path and the stamp of an artefact that has one.
fn member<'k>(artefact: &'k ComparedArtefact<'_>) -> Option<(&'k str, StampEntry<'k>)> {
    let planned = artefact.planned;
    Some((&planned.path, StampEntry(&planned.fingerprint, artefact.stamp?)))
}
