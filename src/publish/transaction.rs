//! One run on one folder.
//!
//! 1. Journal: the paths that will be made or removed, so that a later run knows what a killed one left.
//! 2. What differs is written beside its final place, and flushed.
//! 3. Renames, then the manifest, then the removals.
//! 4. The journal goes.
//!
//! Killed before 3, a run has changed nothing; killed later, every artefact is the old or the new one, and the next run finds
//! in the manifest and the journal all that may need to go.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::diagnostics::Finding;
use crate::diagnostics::Held;
use crate::model::NodeId;
use crate::model::{NodeState, Plan};
use crate::publish::artefacts::{self, Planned, Press};
use crate::publish::before::{Before, Files, Owners};
use crate::publish::manifest::{Artefact, JOURNAL, Journal, MANIFEST, Owner, Text};
use crate::publish::render::Renderer;
use crate::publish::stamps::{self, Known, STAMPS, Stamp};
use crate::publish::store::{Folder, Store, StoreError};
use crate::publish::{Observer, Options, Outcome, PublishError};

/// Routers that are rendered and compared between two reports of progress: enough to keep all threads busy, few enough to keep
/// memory small.
const CHUNK: usize = 256;

/// An artefact that was compared with what is there.
struct Compared<'p> {
    planned: &'p Planned<'p>,
    size: u64,
    sha256: Cow<'p, str>,
    verdict: Verdict,
    /// The file that holds it: the one in its place, or the one beside it. None where nothing was written.
    stamp: Option<Stamp>,
    diff: Option<String>,
}

/// How the artefact in the folder was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Another one, or none.
    Changed,
    /// Right, which was known without reading it.
    Known,
    /// Right, which reading it told.
    Read,
}

pub(crate) fn run(
    plan: &Plan<'_>,
    findings: &[Finding],
    folder: &Path,
    store: Option<&Store>,
    options: &Options,
    observer: &dyn Observer,
) -> Result<Outcome, PublishError> {
    let files = Files::read(store)?;
    let before = Before::parse(&files, folder)?;
    let renderer = Renderer::new(plan);
    let schedule = Schedule::new(plan, &renderer);
    let planned = schedule.owners();
    let (gone, made) = before.apart(&planned);
    let kept = before.kept(&gone, &Held::by(findings), store)?;
    let removed: Vec<String> =
        gone.iter().filter(|path| !kept.contains_key(**path)).map(|path| (*path).to_owned()).collect();
    refuse_too_many_removals(plan, &before, &planned, &kept, &removed, options)?;

    let journal = Journal::new(before.journal_of(&planned, &made, &removed));
    let documents = store.and_then(|store| store.folder(&artefacts::pillar_folder()));
    let (interrupted, begun) = (before.interrupted, Mutex::new(false));
    let writer = Writer { store, documents, options, journal: &journal, interrupted, begun };
    writer.recover(&before, &planned)?;
    let mut compared = compare_all(plan, &renderer, &schedule, &before, &writer, observer)
        .inspect_err(|_| writer.abandon(&planned))?;
    compared.par_sort_unstable_by(|a, b| a.planned.path.cmp(&b.planned.path));
    let mut outcome = Outcome { removed: removed.clone(), ..Outcome::default() };
    count(plan, &compared, &mut outcome);
    let manifest = manifest_text(plan, findings, &compared, &kept);
    let same_manifest = files.manifest() == Some(&manifest);
    outcome.up_to_date =
        same_manifest && outcome.changed.is_empty() && outcome.removed.is_empty() && !before.interrupted;
    if options.diff {
        report_removals(store, &outcome.removed, observer)?;
    }
    if let (Some(store), false) = (store, options.check) {
        let mut stamp = files.manifest.as_ref().map(|(_, stamp)| *stamp);
        if !outcome.up_to_date {
            let changed: Vec<&str> = outcome.changed.iter().map(String::as_str).collect();
            store.flush_temporaries(&changed).inspect_err(|_| writer.abandon(&planned))?;
            stamp = Some(finish(store, &writer, &outcome, &changed, &manifest)?);
        }
        drop(manifest);
        // Whatever comes of it, the run is done: without stamps the next one reads what is there.
        if remember(store, &compared, stamp, &files, before.known_count()).is_err() {
            let _ = store.discard(STAMPS);
        }
    }
    Ok(outcome)
}

/// The artefacts that a run makes.
struct Schedule<'p> {
    /// The one that serves all.
    of_all: Planned<'p>,
    /// Each router's.
    of_routers: Vec<Vec<Planned<'p>>>,
}

impl<'p> Schedule<'p> {
    fn new(plan: &'p Plan<'p>, renderer: &Renderer<'_>) -> Self {
        let of_routers = plan.routers.par_iter().map(|router| artefacts::of_router(router, renderer)).collect();
        Self { of_all: artefacts::of_all(), of_routers }
    }

    fn owners(&self) -> Owners<'_> {
        let all = std::iter::once(&self.of_all).chain(self.of_routers.iter().flatten());
        all.map(|planned| (planned.path.as_str(), &planned.owner)).collect()
    }
}

fn refuse_too_many_removals(
    plan: &Plan<'_>,
    before: &Before<'_>,
    planned: &Owners<'_>,
    kept: &BTreeMap<Text<'_>, Artefact<'_>>,
    removed: &[String],
    options: &Options,
) -> Result<(), PublishError> {
    if removed.is_empty() || options.allow_removals {
        return Ok(());
    }
    let nodes = |owners: &mut dyn Iterator<Item = Owner<'_>>| -> BTreeSet<NodeId> {
        owners.filter_map(|owner| owner.node_id()).collect()
    };
    let published = nodes(&mut before.artefacts.values().map(Artefact::owner));
    let kept = kept.values().map(Artefact::owner);
    let stay: BTreeSet<NodeId> =
        planned.values().copied().cloned().chain(kept).filter_map(|owner| owner.node_id()).collect();
    // A node that is turned off is named in the configuration: that is no loss of its part.
    let removed = published.difference(&stay).filter(|id| !artefacts::is_named(plan, id)).count();
    if removed * 2 > published.len() {
        return Err(PublishError::TooManyRemovals { removed, published: published.len() });
    }
    Ok(())
}

/// Compares every artefact with what is there, and renders those of which it is not known.
fn compare_all<'p>(
    plan: &Plan<'_>,
    renderer: &Renderer<'_>,
    schedule: &'p Schedule<'p>,
    before: &'p Before<'_>,
    writer: &Writer<'_>,
    observer: &dyn Observer,
) -> Result<Vec<Compared<'p>>, StoreError> {
    let mut all = vec![writer.compare(&schedule.of_all, before, &Press::new(renderer, None))?];
    let mut done = 0;
    for (routers, artefacts) in plan.routers.chunks(CHUNK).zip(schedule.of_routers.chunks(CHUNK)) {
        let compared: Vec<Vec<Compared<'p>>> = routers
            .par_iter()
            .zip(artefacts)
            .map(|(router, artefacts)| {
                let press = Press::new(renderer, Some(router));
                artefacts.iter().map(|planned| writer.compare(planned, before, &press)).collect()
            })
            .collect::<Result<_, StoreError>>()?;
        let before = all.len();
        all.extend(compared.into_iter().flatten());
        for diff in all[before.saturating_sub(1)..].iter_mut().filter_map(|compared| compared.diff.take()) {
            observer.diff(&diff);
        }
        done += routers.len();
        observer.progress(done, plan.routers.len());
    }
    Ok(all)
}

/// The manifest's text. Artefacts that were made and kept are sorted each; together they are sorted by path.
fn manifest_text(
    plan: &Plan<'_>,
    findings: &[Finding],
    compared: &[Compared<'_>],
    kept: &BTreeMap<Text<'_>, Artefact<'_>>,
) -> Vec<u8> {
    let made = compared.iter().map(|compared| (compared.planned.path.as_str(), Line::Made(compared)));
    let mut lines: Vec<(&str, Line<'_>)> = Vec::with_capacity(compared.len() + kept.len());
    lines.extend(made.chain(kept.iter().map(|(path, artefact)| (&**path, Line::Kept(artefact)))));
    lines.sort_by_key(|(path, _)| *path);
    artefacts::manifest(plan, findings).to_text(lines.iter().map(|(path, line)| (*path, line.artefact())))
}

/// An artefact in the manifest.
enum Line<'l> {
    Made(&'l Compared<'l>),
    Kept(&'l Artefact<'l>),
}

impl Line<'_> {
    fn artefact(&self) -> Artefact<'_> {
        match self {
            Line::Made(Compared { planned, size, sha256, .. }) => {
                Artefact::new(planned.owner.clone(), *size, &**sha256)
            }
            Line::Kept(artefact) => (*artefact).clone(),
        }
    }
}

/// Keeps what is known now for the next run, if that is more than what was known.
fn remember(
    store: &Store,
    compared: &[Compared<'_>],
    manifest: Option<Stamp>,
    files: &Files,
    known: usize,
) -> Result<(), StoreError> {
    if compared.len() == known && compared.iter().all(|compared| compared.verdict == Verdict::Known) {
        return Ok(());
    }
    let now = store.next_tick(STAMPS)?;
    // What was written to since it was read, or put in its place, is another file.
    let still = |path: &str, then: Stamp| store.stamp(path).filter(|now| now.same_content(&then));
    let stamp = |compared: &Compared<'_>| match compared.verdict {
        Verdict::Known => compared.stamp,
        Verdict::Read | Verdict::Changed => still(&compared.planned.path, compared.stamp?),
    };
    let stamps: Vec<Option<Stamp>> = compared.par_iter().map(stamp).collect();
    let known = compared.iter().zip(stamps).filter_map(|(compared, stamp)| {
        let Planned { path, fingerprint, .. } = compared.planned;
        Some((path.as_str(), Known(fingerprint, stamp?)))
    });
    let manifest = manifest.and_then(|then| still(MANIFEST, then));
    let text = stamps::to_text(manifest, compared.len(), known, now);
    if text == files.stamps {
        return store.discard(STAMPS);
    }
    store.write_temporary(STAMPS, &text)?;
    store.commit(STAMPS)
}

/// Renames, manifest, removals: the order makes each state between two steps one that the next run goes on from. Gives the manifest's file.
fn finish(
    store: &Store,
    writer: &Writer<'_>,
    outcome: &Outcome,
    changed: &[&str],
    manifest: &[u8],
) -> Result<Stamp, StoreError> {
    if !outcome.removed.is_empty() {
        writer.begin()?;
    }
    changed.iter().try_for_each(|path| store.commit(path))?;
    store.flush_folders(changed)?;
    let stamp = write_through(store, MANIFEST, manifest)?;
    for path in &outcome.removed {
        store.remove(path)?;
        store.prune(path)?;
    }
    store.flush_folders(&outcome.removed.iter().map(String::as_str).collect::<Vec<_>>())?;
    writer.end()?;
    Ok(stamp)
}

/// Replaces one file for good.
fn write_through(store: &Store, path: &str, bytes: &[u8]) -> Result<Stamp, StoreError> {
    let stamp = store.write_temporary(path, bytes)?;
    store.flush_temporaries(&[path])?;
    store.commit(path)?;
    store.flush_folders(&[path])?;
    Ok(stamp)
}

fn report_removals(store: Option<&Store>, removed: &[String], observer: &dyn Observer) -> Result<(), StoreError> {
    for path in removed {
        let old = store.map_or(Ok(None), |store| store.read(path))?;
        observer.diff(&unified_diff(path, old.as_deref(), None));
    }
    Ok(())
}

fn count(plan: &Plan<'_>, compared: &[Compared<'_>], outcome: &mut Outcome) {
    let (changed, unchanged): (Vec<&Compared<'_>>, Vec<_>) =
        compared.iter().partition(|compared| compared.verdict == Verdict::Changed);
    outcome.unchanged = unchanged.len();
    outcome.changed = changed.iter().map(|changed| changed.planned.path.clone()).collect();
    let minions = changed.iter().filter_map(|changed| changed.planned.owner.minion.as_deref());
    outcome.changed_minions = minions.map(str::to_owned).collect();
    outcome.changed_minions.sort();
    outcome.routes = plan.routers.par_iter().map(|router| artefacts::routes(router, plan)).sum();
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
    /// The folder of all pillar documents, if it is there.
    documents: Option<Folder>,
    options: &'w Options,
    journal: &'w Journal<'w>,
    /// Whether the run before was interrupted, so that its journal is there.
    interrupted: bool,
    begun: Mutex<bool>,
}

impl Writer<'_> {
    fn stamp(&self, planned: &Planned<'_>) -> Option<Stamp> {
        match (&self.documents, planned.in_pillar_folder()) {
            (Some(folder), Some(name)) => folder.stamp(name),
            _ => self.store?.stamp(&planned.path),
        }
    }

    /// Compares an artefact with what is there, and writes it beside that if it differs.
    fn compare<'p>(
        &self,
        planned: &'p Planned<'p>,
        before: &'p Before<'_>,
        press: &Press<'_>,
    ) -> Result<Compared<'p>, StoreError> {
        let Planned { path, fingerprint, .. } = planned;
        if let Some((artefact, Known(_, stamp))) = before.known(path, fingerprint)
            && self.stamp(planned).as_ref() == Some(stamp)
        {
            let (sha256, stamp) = (Cow::Borrowed(&*artefact.sha256), Some(*stamp));
            return Ok(Compared { planned, size: artefact.size, sha256, verdict: Verdict::Known, stamp, diff: None });
        }
        let rendered = press.render(planned);
        let old = self.store.map_or(Ok(None), |store| store.read_stamped(path))?;
        let (old, mut stamp) = old.unzip();
        let is_right = old.as_deref() == Some(&*rendered.bytes);
        let diff = (!is_right && self.options.diff).then(|| unified_diff(path, old.as_deref(), Some(&rendered.bytes)));
        if let (false, false, Some(store)) = (is_right, self.options.check, self.store) {
            self.begin()?;
            stamp = Some(store.write_temporary(path, &rendered.bytes)?);
        }
        let verdict = if is_right { Verdict::Read } else { Verdict::Changed };
        let (size, sha256) = (rendered.bytes.len() as u64, Cow::Owned(rendered.sha256.into_owned()));
        Ok(Compared { size, sha256, verdict, stamp, diff, planned })
    }

    /// Makes the journal, once.
    fn begin(&self) -> Result<(), StoreError> {
        let mut begun = self.begun.lock().expect("no thread panics while it holds this");
        let Some(store) = self.store.filter(|_| !*begun) else { return Ok(()) };
        let written = write_through(store, JOURNAL, &self.journal.to_text()).map(|_| ());
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
    fn recover(&self, before: &Before<'_>, planned: &Owners<'_>) -> Result<(), StoreError> {
        let Some(store) = self.store.filter(|_| !self.options.check) else { return Ok(()) };
        // Killed as it began, or as it ended, it left one of these and no journal.
        [JOURNAL, MANIFEST, STAMPS].into_iter().try_for_each(|name| store.discard(name))?;
        if !self.interrupted {
            return Ok(());
        }
        self.begin()?;
        let paths = before.paths().chain(planned.keys().copied());
        paths.clone().try_for_each(|path| store.discard(path))?;
        store.settle_folders(paths)
    }

    /// Takes back what was written before anything was renamed, so that all is as it was. What cannot be taken back is left to
    /// the next run, which the journal tells of it.
    fn abandon(&self, planned: &Owners<'_>) {
        let begun = *self.begun.lock().expect("no thread panics while it holds this");
        let Some(store) = self.store.filter(|_| begun) else { return };
        let cleared = planned.keys().try_for_each(|path| store.discard(path).and_then(|()| store.prune(path)));
        if cleared.is_ok() && !self.interrupted {
            // A journal that stays is no harm: the next run takes it for an interruption, and finds nothing to do.
            let _ = self.end();
        }
    }
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
