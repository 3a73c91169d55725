//! Reads the files of earlier runs in the folder.

use std::collections::BTreeMap;
use std::path::Path;

use crate::fs::{FILE_MODE, FileError};
use crate::publish::PublishError;
use crate::publish::artefacts::ByPath;
use crate::publish::cow_str::CowStr;
use crate::publish::journal::{JOURNAL, Journal};
use crate::publish::manifest::{ArtefactEntry, MANIFEST, Owner, PreviousManifest};
use crate::publish::members::Members;
use crate::publish::stamp::Stamp;
use crate::publish::stamps::{PreviousStamps, STAMPS, StampEntry};
use crate::publish::store::{Store, StoredFile};

/// The bytes of the manifest, journal and stamps of the previous run.
pub(crate) struct PreviousFiles {
    manifest: Option<StoredFile>,
    journal: Option<StoredFile>,
    pub(crate) stamps: Vec<u8>,
}

impl PreviousFiles {
    /// Reads the files. Stamps that cannot be read are ignored, and so are those that others may
    /// write, or that cannot be trusted on this file system. Unless the run only compares, it first
    /// corrects the mode of a file that its owner may not read.
    pub(crate) fn read(store: Option<&Store>, check: bool) -> Result<Self, FileError> {
        let read = |name| {
            let Some(store) = store else { return Ok(None) };
            match store.read(name) {
                Err(error) if error.is_denied() && !check => {
                    let mode = store.file_mode(name)?;
                    if mode.is_some_and(|mode| mode.may_be_changed()) {
                        store.set_mode(name, FILE_MODE)?;
                    }
                    store.read(name)
                }
                other => other,
            }
        };
        let has_stamps = store.is_some_and(Store::has_exact_times);
        let read_stamps = || if has_stamps { read(STAMPS).ok().flatten() } else { None };
        let (stamps, manifest) = rayon::join(read_stamps, || read(MANIFEST));
        let stamps = stamps.filter(|file| file.mode == FILE_MODE).map(|file| file.bytes).unwrap_or_default();
        Ok(Self { manifest: manifest?, journal: read(JOURNAL)?, stamps })
    }

    /// Returns the bytes of the manifest.
    pub(crate) fn manifest(&self) -> Option<&[u8]> {
        self.manifest.as_ref().map(|file| file.bytes.as_slice())
    }

    /// Returns the mode of the manifest.
    pub(crate) fn manifest_mode(&self) -> Option<u32> {
        self.manifest.as_ref().map(|file| file.mode)
    }

    /// Returns the stamp of the manifest.
    pub(crate) fn manifest_stamp(&self) -> Option<Stamp> {
        self.manifest.as_ref().map(|file| file.stamp)
    }
}

/// The records of the previous run about an artefact.
#[derive(Clone, Copy)]
pub(crate) struct Record<'p> {
    /// The entry in the manifest.
    pub(crate) entry: Option<&'p ArtefactEntry<'p>>,
    /// The fingerprint of the artefact, and the stamp of its file.
    pub(crate) stamp: Option<&'p StampEntry<'p>>,
}

/// The records of all planned artefacts, by their position.
pub(crate) type Records<'p> = Vec<Record<'p>>;

/// The folder as earlier runs left it.
pub(crate) struct PreviousRun<'f> {
    /// The artefacts that the manifest lists.
    pub(crate) artefacts: Members<CowStr<'f>, ArtefactEntry<'f>>,
    /// The paths that only the journal of an interrupted run lists.
    pub(crate) unfinished: BTreeMap<CowStr<'f>, Owner<'f>>,
    /// The stamps of the artefacts.
    pub(crate) stamps: PreviousStamps<'f>,
    /// True if the previous run was interrupted.
    pub(crate) interrupted: bool,
}

impl<'f> PreviousRun<'f> {
    /// Parses the files of the previous run.
    pub(crate) fn parse(files: &'f PreviousFiles, folder: &Path) -> Result<Self, PublishError> {
        let damaged = |name| move |reason| PublishError::Damaged { path: folder.join(name), reason };
        let (manifest, stamps) = rayon::join(
            || files.manifest().map(PreviousManifest::parse).transpose().map_err(damaged(MANIFEST)),
            || PreviousStamps::parse(&files.stamps, files.manifest_stamp()),
        );
        let journal =
            files.journal.as_ref().map(|file| Journal::parse(&file.bytes)).transpose().map_err(damaged(JOURNAL))?;
        let artefacts = manifest?.map(|manifest| manifest.artefacts).unwrap_or_default();
        let interrupted = journal.is_some();
        let mut unfinished = journal.map(|journal| journal.paths).unwrap_or_default();
        unfinished.retain(|path, _| artefacts.get(&**path).is_none());
        Ok(Self { artefacts, unfinished, stamps, interrupted })
    }

    /// Returns the records of all planned artefacts.
    pub(crate) fn records<'p>(&'p self, planned: &ByPath<'_>) -> Records<'p> {
        let (mut entries, mut stamps) = (self.artefacts.search(), self.stamps.artefacts.search());
        planned.paths().map(|path| Record { entry: entries.next(path), stamp: stamps.next(path) }).collect()
    }

    /// Returns all paths that earlier runs may have made.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> + Clone {
        self.artefacts.names().chain(self.unfinished.keys()).map(|path| &**path)
    }

    /// Returns the owner of a path.
    pub(crate) fn owner(&self, path: &str) -> Option<Owner<'f>> {
        self.artefacts.get(path).map(ArtefactEntry::owner).or_else(|| self.unfinished.get(path).cloned())
    }
}
