//! A run on one folder, step by step. `docs/publishing.md` shows why a run can be killed at any
//! step.

use std::collections::BTreeMap;
use std::path::Path;

use itertools::Itertools as _;

use crate::diagnostics::Finding;
use crate::diagnostics::Held;
use crate::fs::{FILE_MODE, FileError};
use crate::model::{NodeId, Plan};
use crate::publish::artefacts::{ByPath, plan_artefacts};
use crate::publish::compare::{ComparedArtefact, Comparer};
use crate::publish::cow_str::CowStr;
use crate::publish::error::PublishError;
use crate::publish::guard::Guard;
use crate::publish::manifest::{ArtefactEntry, MANIFEST, Manifest};
use crate::publish::modes::Modes;
use crate::publish::options::{Observer, PublishOptions};
use crate::publish::outcome::{MissingArtefact, Outcome};
use crate::publish::path_changes::PathChanges;
use crate::publish::previous::{PreviousFiles, PreviousRun};
use crate::publish::render::Renderer;
use crate::publish::route_changes::{FileChanges, RouteChanges};
use crate::publish::staging::Staging;
use crate::publish::stamp::Stamp;
use crate::publish::stamps::{STAMPS, StampReader, UnchangedFiles, unchanged_manifest, update_stamps};
use crate::publish::store::{Committed, Store};
use crate::publish::unified_diff::unified_diff;

/// Publishes a plan to an open folder. `store` is `None` if the folder does not exist.
pub(crate) fn run(
    plan: &Plan<'_>,
    findings: &[Finding],
    folder: &Path,
    store: Option<&Store>,
    options: &PublishOptions,
    observer: &dyn Observer,
) -> Result<Outcome, PublishError> {
    let files = PreviousFiles::read(store, options.check)?;
    let previous = PreviousRun::parse(&files, folder)?;

    // Plan the artefacts, and which paths are added, kept and removed.
    let renderer = Renderer::new(plan);
    let planned = plan_artefacts(plan, options.revision, &renderer);
    let by_path = planned.by_path();
    let records = previous.records(&by_path);
    let changes = PathChanges::new(&previous, &by_path, &Held::by(findings), store)?;
    if !options.allow_removals {
        let guard = Guard { store, previous: &previous, plan, planned: &planned, records: &records, changes: &changes };
        guard.check().map_err(PublishError::TooManyRemovals)?;
    }

    // Compare, render the artefacts that may have changed, and stage those that have.
    let journal = changes.journal(&previous, &by_path);
    let unchanged = UnchangedFiles::new(store, &records);
    let staging = Staging::new(store.filter(|_| !options.check), &journal, previous.interrupted);
    staging.recover(&previous, &by_path)?;
    let modes = store.map(|store| Modes::new(store, options.check)).transpose()?;
    let missing = missing_artefacts(modes.as_ref(), &changes.kept)?;
    let reader = store.filter(|_| !options.check).and_then(StampReader::new);
    let comparer = Comparer {
        store,
        unchanged,
        reader: reader.as_ref(),
        staging: &staging,
        modes: modes.as_ref(),
        with_diff: options.diff,
    };
    let (compared, manifest) =
        rayon::join(|| comparer.compare_all(plan, &planned, &renderer, observer), || Manifest::new(plan, findings));
    let mut compared = compared.inspect_err(|_| staging.abandon(&by_path))?;
    let listed: Vec<Listed<'_>> = listed(&compared, &changes.kept).collect();
    let is_same_manifest = || files.manifest().is_some_and(|old| manifest.is_same(old, &listed, Listed::member));
    let (is_same_manifest, mut outcome) =
        rayon::join(is_same_manifest, || Outcome::new(plan, &compared, &changes.removed));
    outcome.corrected_modes = modes.as_ref().map(Modes::corrected).unwrap_or_default();
    outcome.missing = missing;
    outcome.up_to_date = is_same_manifest
        && files.manifest_mode() == Some(FILE_MODE)
        && outcome.changed.is_empty()
        && outcome.removed.is_empty()
        && outcome.corrected_modes.is_empty()
        && !previous.interrupted;
    if options.diff {
        let mut files = report_removals(store, &previous, &outcome.removed, observer)?;
        let of_node = |artefact: &ComparedArtefact<'_>| Some((artefact.planned.owner.node_id()?, artefact.routes()?));
        files.extend(compared.iter().filter_map(of_node));
        let held = Held::by(findings);
        let is_kept = |node: &NodeId| held.contains_node(node);
        outcome.route_changes = Some(RouteChanges::new(plan, &previous, &files, is_kept));
    }

    let Some(store) = store.filter(|_| !options.check) else { return Ok(outcome) };
    let manifest_stamp = if outcome.up_to_date {
        unchanged_manifest(reader.as_ref(), &files, &previous)
    } else {
        let pieces = manifest.to_json(&listed, Listed::member);
        let manifest = stage_manifest(store, &staging, &outcome.removed, pieces);
        let manifest = manifest.inspect_err(|_| staging.abandon(&by_path))?;
        publish_staged(store, &staging, &by_path, &mut compared, &outcome.removed, manifest)?
    };
    update_stamps(store, &compared, manifest_stamp, &files, &previous);
    Ok(outcome)
}

/// Corrects the modes of the artefacts that are kept, and returns those that are missing.
fn missing_artefacts(
    modes: Option<&Modes<'_>>,
    kept: &BTreeMap<CowStr<'_>, ArtefactEntry<'_>>,
) -> Result<Vec<MissingArtefact>, FileError> {
    let Some(modes) = modes.filter(|_| !kept.is_empty()) else { return Ok(Vec::new()) };
    let missing = modes.correct_kept(kept.keys().map(|path| &**path))?;
    let node = |path: &str| kept[path].owner().node_id().map(|node| node.to_string()).unwrap_or_default();
    Ok(missing.into_iter().map(|path| MissingArtefact { node: node(&path), path }).collect())
}

/// Stages the manifest. Returns its stamp.
fn stage_manifest(
    store: &Store,
    staging: &Staging<'_>,
    removed: &[String],
    pieces: impl Iterator<Item = Vec<u8>>,
) -> Result<Stamp, FileError> {
    if !removed.is_empty() {
        staging.begin()?;
    }
    store.write_temporary(MANIFEST, pieces)
}

/// Commits the staged files and the manifest, and removes files. Returns the manifest's stamp.
///
/// A failure before the first rename changes nothing.
fn publish_staged(
    store: &Store,
    staging: &Staging<'_>,
    planned: &ByPath<'_>,
    compared: &mut [ComparedArtefact<'_>],
    removed: &[String],
    manifest: Stamp,
) -> Result<Option<Stamp>, PublishError> {
    let mut changed: Vec<&mut ComparedArtefact<'_>> =
        compared.iter_mut().filter(|artefact| artefact.is_changed()).collect();
    // A new document never comes with an old revision.
    changed.sort_by_key(|artefact| !artefact.planned.is_general());
    prepare(store, &changed, manifest).inspect_err(|_| staging.abandon(planned))?;
    for artefact in &mut changed {
        artefact.stamp = commit(store, &artefact.planned.path, artefact.stamp)?;
    }
    store.flush_folders(&paths(&changed))?;
    let manifest = commit(store, MANIFEST, Some(manifest))?;
    store.flush_folders(&[MANIFEST])?;
    remove(store, removed)?;
    staging.end()?;
    Ok(manifest)
}

/// Flushes the staged files, which have filled the disk as far as the run will.
fn prepare(store: &Store, changed: &[&mut ComparedArtefact<'_>], manifest: Stamp) -> Result<(), PublishError> {
    let mut staged = paths(changed);
    staged.push(MANIFEST);
    store.flush_temporaries(&staged)?;
    if store.has_exact_times() {
        // A write after the renames will have a later time than those before.
        let stamps = changed.iter().filter_map(|artefact| artefact.stamp).chain([manifest]);
        let last = stamps.map(|stamp| stamp.modified).max().expect("that of the manifest");
        // Without a tick, the renamed files get no stamps.
        let _ = store.tick_after(last, STAMPS);
    }
    store.check_before_commit()
}

/// Renames a staged file into place, or the new folder with it. Returns the stamp of the file, if a
/// later run sees every change since the file was staged.
fn commit(store: &Store, path: &str, staged: Option<Stamp>) -> Result<Option<Stamp>, FileError> {
    let stamp = match store.commit(path)? {
        Committed::Renamed(renamed) => {
            renamed.filter(|renamed| staged.is_some_and(|staged| renamed.is_renamed(&staged)))
        }
        Committed::InNewFolder => staged,
    };
    Ok(stamp.filter(|stamp| store.is_exact(stamp)))
}

fn paths<'c>(artefacts: &[&mut ComparedArtefact<'c>]) -> Vec<&'c str> {
    artefacts.iter().map(|artefact| artefact.planned.path.as_str()).collect()
}

/// An artefact in the manifest of a run.
enum Listed<'c> {
    Compared(&'c ComparedArtefact<'c>),
    Kept(&'c str, &'c ArtefactEntry<'c>),
}

impl Listed<'_> {
    fn path(&self) -> &str {
        match self {
            Self::Compared(artefact) => &artefact.planned.path,
            Self::Kept(path, _) => path,
        }
    }

    /// Returns the path and the entry.
    fn member(&self) -> (&str, ArtefactEntry<'_>) {
        let entry = match self {
            Self::Compared(artefact) => artefact.entry(),
            Self::Kept(_, entry) => (*entry).clone(),
        };
        (self.path(), entry)
    }
}

/// Returns the artefacts of a run for the manifest, sorted by path.
fn listed<'c>(
    compared: &'c [ComparedArtefact<'_>],
    kept: &'c BTreeMap<CowStr<'_>, ArtefactEntry<'_>>,
) -> impl Iterator<Item = Listed<'c>> {
    let compared = compared.iter().map(Listed::Compared);
    let kept = kept.iter().map(|(path, entry)| Listed::Kept(path, entry));
    compared.merge_by(kept, |compared, kept| compared.path() <= kept.path())
}

/// Removes files, and the folders that become empty.
fn remove(store: &Store, paths: &[String]) -> Result<(), FileError> {
    for path in paths {
        store.remove(path)?;
        store.prune(path)?;
    }
    store.flush_folders(&paths.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Passes the unified diffs of removed files to the observer. Returns the changes of removed route
/// files.
fn report_removals(
    store: Option<&Store>,
    previous: &PreviousRun<'_>,
    paths: &[String],
    observer: &dyn Observer,
) -> Result<BTreeMap<NodeId, FileChanges>, FileError> {
    let mut files = BTreeMap::new();
    for path in paths {
        let old = store.map_or(Ok(None), |store| store.read_artefact(path, |_| ()))?;
        let old = old.as_ref().map(|file| file.bytes.as_slice());
        observer.diff(&unified_diff(path, old, None));
        let entry = previous.artefacts.get(path.as_str()).filter(|entry| entry.is_route_file());
        let node = entry.and_then(|entry| entry.owner().node_id());
        files.extend(node.map(|node| (node, FileChanges::between(old, None))));
    }
    Ok(files)
}
