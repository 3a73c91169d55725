//! Decides which paths a run adds, keeps and removes.

use std::collections::BTreeMap;

use itertools::{EitherOrBoth, Itertools as _};

use crate::contract::digest::sha256_hex;
use crate::diagnostics::Held;
use crate::fs::FileError;
use crate::publish::artefacts::ByPath;
use crate::publish::cow_str::CowStr;
use crate::publish::journal::Journal;
use crate::publish::manifest::{ArtefactEntry, Owner};
use crate::publish::previous::PreviousRun;
use crate::publish::store::Store;

/// The differences between the paths of the previous run and the planned paths.
pub(crate) struct PathChanges<'p> {
    /// The planned paths that the manifest does not list.
    added: Vec<&'p str>,
    /// The artefacts that are not planned, and are kept since their nodes are held.
    pub(crate) kept: BTreeMap<CowStr<'p>, ArtefactEntry<'p>>,
    /// The paths that are removed.
    pub(crate) removed: Vec<String>,
}

impl<'p> PathChanges<'p> {
    /// Compares the paths of the previous run with the planned paths.
    pub(crate) fn new(
        previous: &'p PreviousRun<'p>,
        planned: &ByPath<'p>,
        held: &Held,
        store: Option<&Store>,
    ) -> Result<Self, FileError> {
        let (mut stale, mut added) = (Vec::new(), Vec::new());
        let listed = previous.artefacts.names().map(|path| &**path);
        for path in listed.merge_join_by(planned.paths(), |listed, planned| listed.cmp(planned)) {
            match path {
                EitherOrBoth::Left(path) => stale.push(path),
                EitherOrBoth::Right(path) => added.push(path),
                EitherOrBoth::Both(..) => {}
            }
        }
        stale.extend(previous.unfinished.keys().map(|path| &**path).filter(|path| planned.get(path).is_none()));

        let (mut kept, mut removed) = (BTreeMap::new(), Vec::new());
        for path in stale {
            match kept_entry(previous, path, held, store)? {
                Some(entry) => drop(kept.insert(CowStr::from(path), entry)),
                None => removed.push(path.to_owned()),
            }
        }
        Ok(Self { added, kept, removed })
    }

    /// Returns the journal of these changes. It includes the paths of an unfinished run.
    pub(crate) fn journal<'j>(&'j self, previous: &PreviousRun<'j>, planned: &ByPath<'j>) -> Journal<'j> {
        let mut paths = previous.unfinished.clone();
        paths.extend(self.removed.iter().filter_map(|path| Some((path.as_str().into(), previous.owner(path)?))));
        let owner = |path: &str| planned.get(path).map(|artefact| artefact.owner.clone());
        paths.extend(self.added.iter().filter_map(|path| Some((CowStr::from(*path), owner(path)?))));
        Journal::new(paths)
    }
}

/// Returns the manifest entry of an artefact that is not planned, if its node is held.
fn kept_entry<'p>(
    previous: &PreviousRun<'p>,
    path: &str,
    held: &Held,
    store: Option<&Store>,
) -> Result<Option<ArtefactEntry<'p>>, FileError> {
    let Some(owner) = previous.owner(path).filter(|owner| is_held(held, owner)) else { return Ok(None) };
    // After an interruption the file may be newer than its entry in the manifest.
    let file =
        if previous.interrupted { store.map_or(Ok(None), |store| store.read_artefact(path, |_| ()))? } else { None };
    Ok(match file {
        Some(file) => Some(ArtefactEntry::new(owner, file.bytes.len() as u64, sha256_hex(&file.bytes))),
        None => previous.artefacts.get(path).cloned(),
    })
}

/// Returns true if the node of an artefact is held.
///
/// A held router may own artefacts of nodes that the configuration no longer has.
fn is_held(held: &Held, owner: &Owner<'_>) -> bool {
    owner.node_id().is_some_and(|node| held.contains_node(&node))
}
