//! A run on one folder, step by step. `docs/publishing.md` shows why a run can be killed at any
//! step.

use std::collections::BTreeMap;
use std::path::Path;

use itertools::Itertools as _;

use crate::diagnostics::Finding;
use crate::diagnostics::Held;
use crate::fs::FileError;
use crate::model::Plan;
use crate::publish::artefacts::{Owners, plan_artefacts};
use crate::publish::compare::{ComparedArtefact, Comparer};
use crate::publish::cow_str::CowStr;
use crate::publish::error::PublishError;
use crate::publish::guard::Guard;
use crate::publish::manifest::{ArtefactEntry, MANIFEST, Manifest};
use crate::publish::options::{Observer, PublishOptions};
use crate::publish::outcome::Outcome;
use crate::publish::path_changes::PathChanges;
use crate::publish::previous::{PreviousFiles, PreviousRun};
use crate::publish::render::Renderer;
use crate::publish::staging::Staging;
use crate::publish::stamp::Stamp;
use crate::publish::stamps::{UnchangedFiles, update_stamps};
use crate::publish::store::Store;
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
    let files = PreviousFiles::read(store)?;
    let previous = PreviousRun::parse(&files, folder)?;

    // Plan the artefacts, and which paths are added, kept and removed.
    let renderer = Renderer::new(plan);
    let planned = plan_artefacts(plan, &renderer);
    let owners = planned.owners();
    let changes = PathChanges::new(&previous, &owners, &Held::by(findings), store)?;
    if !options.allow_removals {
        let guard = Guard { store, previous: &previous, plan, planned: &planned, changes: &changes };
        guard.check().map_err(PublishError::TooManyRemovals)?;
    }

    // Compare, render the artefacts that may have changed, and stage those that have.
    let journal = changes.journal(&previous, &owners);
    let unchanged = UnchangedFiles::new(store, &previous);
    let staging = Staging::new(store.filter(|_| !options.check), &journal, previous.interrupted);
    staging.recover(&previous, &owners)?;
    let comparer = Comparer { store, unchanged, staging: &staging, with_diff: options.diff };
    let compared =
        comparer.compare_all(plan, &planned, &renderer, observer).inspect_err(|_| staging.abandon(&owners))?;
    let manifest = manifest_json(plan, findings, &compared, &changes.kept);
    let mut outcome = Outcome::new(plan, &compared, &changes.removed);
    outcome.up_to_date = files.manifest() == Some(&manifest)
        && outcome.changed.is_empty()
        && outcome.removed.is_empty()
        && !previous.interrupted;
    if options.diff {
        report_removals(store, &outcome.removed, observer)?;
    }

    let Some(store) = store.filter(|_| !options.check) else { return Ok(outcome) };
    let manifest_stamp = if outcome.up_to_date {
        files.manifest_stamp()
    } else {
        Some(publish_staged(store, &staging, &owners, &outcome, &manifest)?)
    };
    // Free the memory first: the stamps need as much as the manifest.
    drop(manifest);
    update_stamps(store, &compared, manifest_stamp, &files, &previous);
    Ok(outcome)
}

/// Commits the staged files and the manifest, and removes files. Returns the manifest's stamp.
///
/// A failure before the first rename changes nothing.
fn publish_staged(
    store: &Store,
    staging: &Staging<'_>,
    planned: &Owners<'_>,
    outcome: &Outcome,
    manifest: &[u8],
) -> Result<Stamp, PublishError> {
    let changed: Vec<&str> = outcome.changed.iter().map(String::as_str).collect();
    let prepared = prepare(store, staging, &changed, &outcome.removed, manifest);
    let stamp = prepared.inspect_err(|_| staging.abandon(planned))?;
    commit(store, &changed)?;
    commit(store, &[MANIFEST])?;
    remove(store, &outcome.removed)?;
    staging.end()?;
    Ok(stamp)
}

/// Does all that can fill the disk, and flushes it. Returns the stamp of the staged manifest.
fn prepare(
    store: &Store,
    staging: &Staging<'_>,
    changed: &[&str],
    removed: &[String],
    manifest: &[u8],
) -> Result<Stamp, PublishError> {
    if !removed.is_empty() {
        staging.begin()?;
    }
    let stamp = store.write_temporary(MANIFEST, manifest)?;
    store.flush_temporaries(&[changed, &[MANIFEST]].concat())?;
    store.check_current()?;
    Ok(stamp)
}

/// Returns the manifest of a run as JSON, with all artefacts sorted by path.
fn manifest_json(
    plan: &Plan<'_>,
    findings: &[Finding],
    compared: &[ComparedArtefact<'_>],
    kept: &BTreeMap<CowStr<'_>, ArtefactEntry<'_>>,
) -> Vec<u8> {
    let count = compared.len() + kept.len();
    let compared = compared.iter().map(|artefact| (artefact.planned.path.as_str(), artefact.entry()));
    let kept = kept.iter().map(|(path, entry)| (&**path, entry.clone()));
    let artefacts = compared.merge_by(kept, |(compared, _), (kept, _)| compared <= kept);
    Manifest::new(plan, findings).to_json(artefacts, count)
}

/// Renames staged files into place.
fn commit(store: &Store, paths: &[&str]) -> Result<(), FileError> {
    paths.iter().try_for_each(|path| store.commit(path))?;
    store.flush_folders(paths)
}

/// Removes files, and the folders that become empty.
fn remove(store: &Store, paths: &[String]) -> Result<(), FileError> {
    for path in paths {
        store.remove(path)?;
        store.prune(path)?;
    }
    store.flush_folders(&paths.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Passes the unified diffs of removed files to the observer.
fn report_removals(store: Option<&Store>, paths: &[String], observer: &dyn Observer) -> Result<(), FileError> {
    for path in paths {
        let old = store.map_or(Ok(None), |store| store.read(path))?;
        observer.diff(&unified_diff(path, old.as_deref(), None));
    }
    Ok(())
}
