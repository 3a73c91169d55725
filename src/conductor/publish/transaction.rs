//! One run on one folder.
//!
//! 1. Journal: the paths that will be made or removed, so that a later run knows what a killed one left.
//! 2. What differs is written beside its final place, and flushed.
//! 3. Renames, then the manifest, then the removals.
//! 4. The journal goes.
//!
//! Killed before 3, a run has changed nothing; killed later, every artefact is the old or the new one, and the next run finds
//! in the manifest and the journal all that may need to go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use rayon::prelude::*;

use super::artefacts::{self, Rendered, TOP};
use super::manifest::{Artefact, JOURNAL, Journal, MANIFEST, Owner, Previous};
use super::store::{Store, StoreError};
use super::{Observer, Options, Outcome, PublishError};
use crate::conductor::check::Held;
use crate::conductor::plan::{NodeState, Plan};
use crate::conductor::render::{Renderer, TOP_SLS, sha256};
use crate::diagnostic::Finding;
use crate::model::NodeId;

/// Routers that are rendered and compared between two reports of progress: enough to keep all threads busy, few enough to keep
/// memory small.
const CHUNK: usize = 256;

/// What is done with one artefact.
struct Compared {
    path: String,
    artefact: Artefact,
    changed: bool,
    diff: Option<String>,
}

pub(super) fn run(
    plan: &Plan<'_>,
    findings: &[Finding],
    folder: &Path,
    store: Option<&Store>,
    options: &Options,
    observer: &dyn Observer,
) -> Result<Outcome, PublishError> {
    let before = Before::read(store, folder)?;
    let planned = artefacts::paths(plan);
    let held = Held::by(findings);
    let mut manifest = artefacts::manifest(plan, findings);
    let kept = before.kept(&planned, &held, store)?;
    let removed: Vec<String> = before
        .owners
        .keys()
        .filter(|path| !planned.contains_key(*path) && !kept.contains_key(*path))
        .cloned()
        .collect();
    refuse_too_many_removals(plan, &before, &planned, &kept, options)?;

    let journal = Journal::new(before.journal_of(&planned, &removed));
    let writer =
        Writer { store, options, journal: &journal, interrupted: before.interrupted, begun: Mutex::new(false) };
    writer.recover(before.owners.keys().chain(planned.keys()))?;
    let mut outcome = Outcome::default();
    let compared = compare_all(plan, &writer, observer, &mut outcome).inspect_err(|_| writer.abandon(&planned))?;
    outcome.removed = removed;
    count(plan, &compared, &mut outcome);
    manifest.artefacts.extend(compared.into_iter().map(|compared| (compared.path, compared.artefact)));
    manifest.artefacts.extend(kept);
    let manifest = manifest.to_text();
    let same_manifest = before.manifest.as_deref() == Some(manifest.as_bytes());
    outcome.up_to_date =
        same_manifest && outcome.changed.is_empty() && outcome.removed.is_empty() && !before.interrupted;
    if options.diff {
        report_removals(store, &outcome.removed, observer)?;
    }
    if let (Some(store), false) = (store, options.check || outcome.up_to_date) {
        let changed: Vec<&str> = outcome.changed.iter().map(String::as_str).collect();
        store.flush_temporaries(&changed).inspect_err(|_| writer.abandon(&planned))?;
        finish(store, &writer, &outcome, &changed, &manifest)?;
    }
    Ok(outcome)
}

/// The folder as earlier runs left it.
struct Before {
    /// The manifest's bytes.
    manifest: Option<Vec<u8>>,
    /// What the manifest lists.
    artefacts: BTreeMap<String, Artefact>,
    /// All that may be ours: what the manifest lists, and what an interrupted run was about to make or remove.
    owners: BTreeMap<String, Owner>,
    /// Whether the last run was interrupted.
    interrupted: bool,
}

impl Before {
    fn read(store: Option<&Store>, folder: &Path) -> Result<Self, PublishError> {
        let read = |name| store.map_or(Ok(None), |store| store.read(name));
        let damaged = |name| move |reason| PublishError::Damaged { path: folder.join(name), reason };
        let manifest = read(MANIFEST)?;
        let previous = manifest.as_deref().map(Previous::parse).transpose().map_err(damaged(MANIFEST))?;
        let journal = read(JOURNAL)?;
        let interrupted = journal.is_some();
        let journal = journal.as_deref().map(Journal::parse).transpose().map_err(damaged(JOURNAL))?;
        let artefacts = previous.map(|previous| previous.artefacts).unwrap_or_default();
        let mut owners = journal.map(|journal| journal.paths).unwrap_or_default();
        owners.extend(artefacts.iter().map(|(path, artefact)| (path.clone(), artefact.owner.clone())));
        Ok(Self { manifest, artefacts, owners, interrupted })
    }

    /// The artefacts that stay because their nodes are held. One that another node now makes is that node's.
    fn kept(
        &self,
        planned: &BTreeMap<String, Owner>,
        held: &Held,
        store: Option<&Store>,
    ) -> Result<BTreeMap<String, Artefact>, StoreError> {
        let mut kept = BTreeMap::new();
        for (path, owner) in &self.owners {
            if planned.contains_key(path) || !artefacts::is_held(held, owner) {
                continue;
            }
            // After an interruption the manifest may be older than the file.
            let bytes = if self.interrupted { store.map_or(Ok(None), |store| store.read(path))? } else { None };
            let artefact = match bytes {
                Some(bytes) => Some(describe(owner.clone(), &bytes)),
                None => self.artefacts.get(path).cloned(),
            };
            kept.extend(artefact.map(|artefact| (path.clone(), artefact)));
        }
        Ok(kept)
    }

    /// The paths that are in one of the manifests only, with what an earlier journal still holds.
    fn journal_of(&self, planned: &BTreeMap<String, Owner>, removed: &[String]) -> BTreeMap<String, Owner> {
        let made = planned.iter().filter(|(path, _)| !self.artefacts.contains_key(*path));
        let gone = removed.iter().map(|path| (path, &self.owners[path]));
        let earlier = self.owners.iter().filter(|(path, _)| !self.artefacts.contains_key(*path));
        earlier.chain(gone).chain(made).map(|(path, owner)| (path.clone(), owner.clone())).collect()
    }
}

fn refuse_too_many_removals(
    plan: &Plan<'_>,
    before: &Before,
    planned: &BTreeMap<String, Owner>,
    kept: &BTreeMap<String, Artefact>,
    options: &Options,
) -> Result<(), PublishError> {
    let nodes = |owners: &mut dyn Iterator<Item = &Owner>| -> BTreeSet<NodeId> {
        owners.filter_map(|owner| owner.node.clone()).collect()
    };
    let published = nodes(&mut before.artefacts.values().map(|artefact| &artefact.owner));
    let stay = nodes(&mut planned.values().chain(kept.values().map(|artefact| &artefact.owner)));
    // A node that is turned off is named in the configuration: that is no loss of its part.
    let removed = published.difference(&stay).filter(|id| !artefacts::is_named(plan, id)).count();
    if removed * 2 > published.len() && !options.allow_removals {
        return Err(PublishError::TooManyRemovals { removed, published: published.len() });
    }
    Ok(())
}

/// Renders every artefact, and compares it with what is there.
fn compare_all(
    plan: &Plan<'_>,
    writer: &Writer<'_>,
    observer: &dyn Observer,
    outcome: &mut Outcome,
) -> Result<Vec<Compared>, StoreError> {
    let renderer = Renderer::new(plan);
    let top = Rendered {
        path: TOP.to_owned(),
        owner: Owner { node: None, minion: None },
        bytes: TOP_SLS.as_bytes().to_vec(),
    };
    let mut all = vec![writer.compare(top)?];
    let mut done = 0;
    for chunk in plan.routers.chunks(CHUNK) {
        let compared: Vec<(Vec<Compared>, usize)> = chunk
            .par_iter()
            .map(|router| {
                let (artefacts, routes) = artefacts::render(router, &renderer);
                let compared =
                    artefacts.into_iter().map(|artefact| writer.compare(artefact)).collect::<Result<_, _>>()?;
                Ok((compared, routes))
            })
            .collect::<Result<_, StoreError>>()?;
        for (compared, routes) in compared {
            outcome.routes += routes;
            all.extend(compared);
        }
        for diff in all.iter_mut().filter_map(|compared| compared.diff.take()) {
            observer.diff(&diff);
        }
        done += chunk.len();
        observer.progress(done, plan.routers.len());
    }
    Ok(all)
}

/// Renames, manifest, removals: the order makes each state between two steps one that the next run goes on from.
fn finish(
    store: &Store,
    writer: &Writer<'_>,
    outcome: &Outcome,
    changed: &[&str],
    manifest: &str,
) -> Result<(), StoreError> {
    if !outcome.removed.is_empty() {
        writer.begin()?;
    }
    changed.iter().try_for_each(|path| store.commit(path))?;
    store.flush_folders(changed)?;
    write_through(store, MANIFEST, manifest.as_bytes())?;
    for path in &outcome.removed {
        store.remove(path)?;
        store.prune(path)?;
    }
    store.flush_folders(&outcome.removed.iter().map(String::as_str).collect::<Vec<_>>())?;
    writer.end()
}

/// Replaces one file for good.
fn write_through(store: &Store, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    store.write_temporary(path, bytes)?;
    store.flush_temporaries(&[path])?;
    store.commit(path)?;
    store.flush_folders(&[path])
}

fn report_removals(store: Option<&Store>, removed: &[String], observer: &dyn Observer) -> Result<(), StoreError> {
    for path in removed {
        let old = store.map_or(Ok(None), |store| store.read(path))?;
        observer.diff(&unified_diff(path, old.as_deref(), None));
    }
    Ok(())
}

fn count(plan: &Plan<'_>, compared: &[Compared], outcome: &mut Outcome) {
    let (changed, unchanged): (Vec<&Compared>, Vec<_>) = compared.iter().partition(|compared| compared.changed);
    outcome.unchanged = unchanged.len();
    outcome.changed = changed.iter().map(|changed| changed.path.clone()).collect();
    outcome.changed_minions = changed.iter().filter_map(|changed| changed.artefact.owner.minion.clone()).collect();
    outcome.changed.sort();
    outcome.changed_minions.sort();
    for router in &plan.routers {
        let managed = router.nodes.iter().filter(|node| node.state != NodeState::Unmanaged);
        outcome.routers += usize::from(managed.clone().next().is_some());
        for node in managed {
            match node.state {
                NodeState::On(_) => outcome.nodes += 1,
                NodeState::Held => outcome.held.push(node.id.to_string()),
                NodeState::Off | NodeState::Unmanaged => {}
            }
        }
    }
}

/// Writes what differs beside its final place; begins the journal before the first of it.
struct Writer<'w> {
    store: Option<&'w Store>,
    options: &'w Options,
    journal: &'w Journal,
    /// Whether the run before was interrupted, so that its journal is there.
    interrupted: bool,
    begun: Mutex<bool>,
}

impl Writer<'_> {
    fn compare(&self, rendered: Rendered) -> Result<Compared, StoreError> {
        let Rendered { path, owner, bytes } = rendered;
        let old = self.store.map_or(Ok(None), |store| store.read(&path))?;
        let changed = old.as_deref() != Some(&bytes);
        let diff = (changed && self.options.diff).then(|| unified_diff(&path, old.as_deref(), Some(&bytes)));
        if let (true, false, Some(store)) = (changed, self.options.check, self.store) {
            self.begin()?;
            store.write_temporary(&path, &bytes)?;
        }
        Ok(Compared { artefact: describe(owner, &bytes), path, changed, diff })
    }

    /// Makes the journal, once.
    fn begin(&self) -> Result<(), StoreError> {
        let mut begun = self.begun.lock().expect("no thread panics while it holds this");
        let Some(store) = self.store.filter(|_| !*begun) else { return Ok(()) };
        let written = write_through(store, JOURNAL, self.journal.to_text().as_bytes());
        if written.is_err() {
            // The run ends here, having changed nothing; what cannot be taken back is the next run's to remove.
            let _ = store.discard(JOURNAL);
            if !self.interrupted {
                let _ = store.remove(JOURNAL);
            }
        }
        *begun = written.is_ok();
        written
    }

    fn end(&self) -> Result<(), StoreError> {
        let begun = *self.begun.lock().expect("no thread panics while it holds this");
        let Some(store) = self.store.filter(|_| begun) else { return Ok(()) };
        store.remove(JOURNAL)?;
        store.flush_folders(&[JOURNAL])
    }

    /// Removes what a killed run wrote beside the artefacts, and gives the folders that it made their mode.
    fn recover<'p>(&self, paths: impl Iterator<Item = &'p String> + Clone) -> Result<(), StoreError> {
        let Some(store) = self.store.filter(|_| !self.options.check) else { return Ok(()) };
        // Killed as it began, or as it ended, it left one of these and no journal.
        [JOURNAL, MANIFEST].into_iter().try_for_each(|name| store.discard(name))?;
        if !self.interrupted {
            return Ok(());
        }
        self.begin()?;
        paths.clone().try_for_each(|path| store.discard(path))?;
        store.settle_folders(paths.map(String::as_str))
    }

    /// Takes back what was written before anything was renamed, so that all is as it was. What cannot be taken back is left to
    /// the next run, which the journal tells of it.
    fn abandon(&self, planned: &BTreeMap<String, Owner>) {
        let begun = *self.begun.lock().expect("no thread panics while it holds this");
        let Some(store) = self.store.filter(|_| begun) else { return };
        let cleared = planned.keys().try_for_each(|path| store.discard(path).and_then(|()| store.prune(path)));
        if cleared.is_ok() && !self.interrupted {
            // A journal that stays is no harm: the next run takes it for an interruption, and finds nothing to do.
            let _ = self.end();
        }
    }
}

fn describe(owner: Owner, bytes: &[u8]) -> Artefact {
    Artefact { owner, size: bytes.len() as u64, sha256: sha256(bytes) }
}

fn unified_diff(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let name = |there: bool, side| if there { quoted(&format!("{side}/{path}")) } else { "/dev/null".to_owned() };
    let (old_text, new_text) = (text(old), text(new));
    let diff = similar::TextDiff::from_lines(&old_text, &new_text);
    diff.unified_diff().header(&name(old.is_some(), "a"), &name(new.is_some(), "b")).to_string()
}

/// A file name in a diff: in quotes where it would not be read back as it is, in the way that git writes and patch(1) reads.
fn quoted(name: &str) -> String {
    if !name.bytes().any(|b| b <= b' ' || b >= 0x7f || matches!(b, b'"' | b'\\')) {
        return name.to_owned();
    }
    let mut quoted = String::from('"');
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}
