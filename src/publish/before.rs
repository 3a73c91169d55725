//! The folder as earlier runs left it.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::path::Path;

use crate::diagnostics::Held;
use crate::publish::PublishError;
use crate::publish::artefacts;
use crate::publish::manifest::{Artefact, JOURNAL, Journal, MANIFEST, Owner, Previous, Text};
use crate::publish::render::sha256;
use crate::publish::stamps::{Known, STAMPS, Stamp, Stamps};
use crate::publish::store::{Store, StoreError};

/// Whose the artefacts of a run are, by path.
pub(crate) type Owners<'s> = BTreeMap<&'s str, &'s Owner<'s>>;

/// What earlier runs left in the folder beside the artefacts.
pub(crate) struct Files {
    pub(crate) manifest: Option<(Vec<u8>, Stamp)>,
    journal: Option<Vec<u8>>,
    pub(crate) stamps: Vec<u8>,
}

impl Files {
    pub(crate) fn read(store: Option<&Store>) -> Result<Self, StoreError> {
        let read = |name| store.map_or(Ok(None), |store| store.read(name));
        // Stamps that cannot be read are as good as gone.
        let stamps = read(STAMPS).ok().flatten().unwrap_or_default();
        let manifest = store.map_or(Ok(None), |store| store.read_stamped(MANIFEST))?;
        Ok(Self { manifest, journal: read(JOURNAL)?, stamps })
    }

    pub(crate) fn manifest(&self) -> Option<&[u8]> {
        self.manifest.as_ref().map(|(bytes, _)| bytes.as_slice())
    }
}

/// The folder as earlier runs left it.
pub(crate) struct Before<'f> {
    /// What the manifest lists.
    pub(crate) artefacts: BTreeMap<Text<'f>, Artefact<'f>>,
    /// What an interrupted run was about to make or remove, and the manifest does not list.
    begun: BTreeMap<Text<'f>, Owner<'f>>,
    /// What is known of the artefacts that the manifest lists.
    stamps: Stamps<'f>,
    /// Whether the last run was interrupted.
    pub(crate) interrupted: bool,
}

impl<'f> Before<'f> {
    pub(crate) fn parse(files: &'f Files, folder: &Path) -> Result<Self, PublishError> {
        let damaged = |name| move |reason| PublishError::Damaged { path: folder.join(name), reason };
        let (previous, stamps) = rayon::join(
            || files.manifest().map(Previous::parse).transpose().map_err(damaged(MANIFEST)),
            || Stamps::parse(&files.stamps, files.manifest.as_ref().map(|(_, stamp)| *stamp)),
        );
        let journal = files.journal.as_deref().map(Journal::parse).transpose().map_err(damaged(JOURNAL))?;
        let artefacts = previous?.map(|previous| previous.artefacts).unwrap_or_default();
        let interrupted = journal.is_some();
        let mut begun = journal.map(|journal| journal.paths).unwrap_or_default();
        begun.retain(|path, _| !artefacts.contains_key(path));
        Ok(Self { artefacts, begun, stamps, interrupted })
    }

    /// All that may be ours: what the manifest lists, and what an interrupted run was about to make or remove.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> + Clone {
        self.artefacts.keys().chain(self.begun.keys()).map(|path| &**path)
    }

    fn owner(&self, path: &str) -> Option<Owner<'f>> {
        self.artefacts.get(path).map(Artefact::owner).or_else(|| self.begun.get(path).cloned())
    }

    /// How many artefacts are known.
    pub(crate) fn known_count(&self) -> usize {
        self.stamps.len()
    }

    /// What is known of an artefact that was made from what it would be made from now.
    pub(crate) fn known(&self, path: &str, fingerprint: &str) -> Option<(&Artefact<'f>, &Known<'f>)> {
        let known = self.stamps.get(path).filter(|Known(known, _)| *known == fingerprint)?;
        Some((self.artefacts.get(path)?, known))
    }

    /// Of the paths that may be ours those that a run does not make, and of those that it makes those that the manifest does not list.
    pub(crate) fn apart<'p>(&'p self, planned: &Owners<'p>) -> (Vec<&'p str>, Vec<&'p str>) {
        let (mut gone, made) = apart(self.artefacts.keys().map(|path| &**path), planned.keys().copied());
        gone.extend(self.begun.keys().map(|path| &**path).filter(|path| !planned.contains_key(path)));
        (gone, made)
    }

    /// Of the artefacts that are not made those that stay, because their nodes are held. One that another node now makes is that node's.
    pub(crate) fn kept<'p>(
        &'p self,
        gone: &[&'p str],
        held: &Held,
        store: Option<&Store>,
    ) -> Result<BTreeMap<Text<'p>, Artefact<'f>>, StoreError> {
        let mut kept = BTreeMap::new();
        for path in gone {
            let Some(owner) = self.owner(path).filter(|owner| artefacts::is_held(held, owner)) else { continue };
            // After an interruption the manifest may be older than the file.
            let bytes = if self.interrupted { store.map_or(Ok(None), |store| store.read(path))? } else { None };
            let artefact = match bytes {
                Some(bytes) => Some(Artefact::new(owner, bytes.len() as u64, sha256(&bytes))),
                None => self.artefacts.get(*path).cloned(),
            };
            kept.extend(artefact.map(|artefact| (Text::from(*path), artefact)));
        }
        Ok(kept)
    }

    /// The paths that are in one of the manifests only, with what an earlier journal still holds.
    pub(crate) fn journal_of<'o>(
        &'o self,
        planned: &Owners<'o>,
        made: &[&'o str],
        removed: &'o [String],
    ) -> BTreeMap<Text<'o>, Owner<'o>> {
        let mut journal = self.begun.clone();
        journal.extend(removed.iter().filter_map(|path| Some((Text::from(path.as_str()), self.owner(path)?))));
        journal.extend(made.iter().map(|path| (Text::from(*path), planned[path].clone())));
        journal
    }
}

/// Of two sorted sequences what is in the first only, and what is in the second only.
fn apart<'p>(
    first: impl Iterator<Item = &'p str>,
    second: impl Iterator<Item = &'p str>,
) -> (Vec<&'p str>, Vec<&'p str>) {
    let (mut first, mut second): (Peekable<_>, Peekable<_>) = (first.peekable(), second.peekable());
    let (mut only_first, mut only_second) = (Vec::new(), Vec::new());
    loop {
        match (first.peek(), second.peek()) {
            (None, None) => return (only_first, only_second),
            (Some(a), b) if b.is_none_or(|b| a < b) => only_first.extend(first.next()),
            (a, Some(b)) if a.is_none_or(|a| b < a) => only_second.extend(second.next()),
            _ => {
                first.next();
                second.next();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn what_is_in_one_only() {
        for (first, second, expected) in [
            ("", "", ("", "")),
            ("a b", "", ("a b", "")),
            ("", "a", ("", "a")),
            ("a b d", "b c d e", ("a", "c e")),
            ("a b", "a b", ("", "")),
        ] {
            let (only_first, only_second) = apart(first.split_whitespace(), second.split_whitespace());
            assert_eq!((only_first.join(" ").as_str(), only_second.join(" ").as_str()), expected, "{first} | {second}");
        }
    }
}
