//! Changes a router to the state that its document describes.
//!
//! The kernel comes first, the file second. Until the file is renamed, its old lines show which
//! routes of the network scripts are ours. So a later run can finish one that is killed in between.
//! If the kernel refuses a change, the file is unchanged. The new file is written before the kernel
//! is changed, so a full disk is detected in time. The kernel is then corrected without the file.

use std::path::PathBuf;
use std::time::Duration;

use crate::fs::{FileError, Links, LockFile, Root};
use crate::model::Metric;
use crate::model::route::default_prefix;
use crate::router::backend::{self, Backend};
use crate::router::diff::Conflict;
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::inputs::{DocumentFile, Inputs};
use crate::router::kernel::{Interface, Kernel};
use crate::router::memory::Memory;
use crate::router::own_folder;
use crate::router::reconcile::{self, Reconciled};
use crate::router::state::State;
use crate::router::survey::with_interfaces;
use crate::router::transition::{LISTED, log_more, log_states, states, survey_after};

/// The most rounds of a run while its document changes.
const ROUNDS: usize = 20;

/// The paths and limits of a run.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// The folder that all paths are beneath.
    pub root: PathBuf,
    /// The document, beneath the root or, if relative, beneath the working directory. `None`
    /// removes the plugin's routes and its part of the route file.
    pub config: Option<PathBuf>,
    /// The time to wait for another run to end.
    pub wait: Duration,
    /// True for a run of the watch, which logs only changes, and the beginnings and ends of states.
    /// It does not search a full table for routes in the places of ours.
    pub quiet: bool,
}

/// The result of a run.
#[derive(Debug)]
pub struct Applied {
    /// The state of kni254.
    pub(crate) interface: Interface,
    /// True if the route file was written, restored or removed.
    pub(crate) file_changed: bool,
    /// The number of routes added to the kernel.
    pub(crate) added: usize,
    /// The number of routes deleted from the kernel.
    pub(crate) deleted: usize,
    /// Wanted routes that were not added, or that share their place, each with the interface of the
    /// other program's route.
    pub(crate) conflicts: Vec<(Conflict, Option<String>)>,
    /// The number of routes that wait for the interface.
    pub waiting: usize,
    /// The states that an operator has to know.
    pub(crate) states: Vec<State>,
    /// The reason why the route file could not be written.
    unsaved: Option<FileError>,
    is_on: bool,
}

impl Applied {
    /// Returns true if the run changed the file or the kernel.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.file_changed || self.added + self.deleted > 0
    }

    /// Returns true if some wanted routes were not added because of other programs' routes.
    #[must_use]
    pub fn has_conflicts(&self) -> bool {
        !self.conflicts.is_empty()
    }
}

/// Changes file and kernel to the state that the document describes. If the document changes during
/// the run, the run applies the new one.
///
/// Logs the error too, unless the run is quiet and the last run failed in the same way.
///
/// # Errors
///
/// A step failed. The error says which changes of the run remain.
pub fn apply(
    kernel: &mut dyn Kernel,
    options: &ApplyOptions,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let root = Root::open(&options.root, Links::Confine).map_err(Error::from).inspect_err(|error| {
        log(Event::Failed(error));
    })?;
    let prepared = Prepared::new(&root, options);
    // The lock is held until the memory is written.
    let memory = Memory::read(&root);
    match prepared {
        Ok(mut prepared) => {
            let result = run(kernel, &mut prepared, options, &memory, log);
            conclude(&root, &memory, options.quiet, result, log)
        }
        Err(error) => conclude(&root, &memory, options.quiet, Err(error), log),
    }
}

/// Logs the result of a run, and records its states.
fn conclude(
    root: &Root,
    memory: &Memory,
    quiet: bool,
    result: Result<Applied, Error>,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    // If the run ended before it knew the states, those of the last run are kept.
    let (states, is_known, result) = match result {
        Ok(mut applied) => {
            log_changes(&applied, log);
            match applied.unsaved.take() {
                None => (applied.states.clone(), true, Ok(applied)),
                Some(error) => (applied.states, true, Err(Error::Unsaved(error))),
            }
        }
        // The other run reports the states.
        Err(error @ Error::Busy(_)) => {
            log(Event::Failed(&error));
            return Err(error);
        }
        Err(error) => {
            let kept = memory.states().iter().filter(|state| !state.is_failing());
            (kept.cloned().collect(), false, Err(error))
        }
    };
    let failing = result.as_ref().err().map(|error| State::Failing { error: error.to_string() });
    let mut now = states;
    now.extend(failing.clone());
    let transitions = memory.transitions(&now);
    log_states(&now, &transitions, quiet || !is_known, log);
    if let Err(error) = &result
        && !(quiet && failing.is_some_and(|failing| memory.has(&failing)))
    {
        log(Event::Failed(error));
    }
    if let Ok(applied) = &result
        && now.iter().all(State::is_harmless)
        && (!quiet || applied.has_changes() && transitions.is_empty())
    {
        log(if applied.is_on { Event::Done } else { Event::Off });
    }
    if now != memory.states()
        && let Err(error) = Memory::write(root, now.clone())
        && !transitions.is_empty()
    {
        log(Event::Unrecorded(&error));
    }
    result
}

fn log_changes(applied: &Applied, log: &mut dyn FnMut(Event<'_>)) {
    if applied.added + applied.deleted > 0 {
        log(Event::Changed { added: applied.added, deleted: applied.deleted });
    }
}

/// The parts that are ready before the first step of a run.
struct Prepared<'r> {
    backend: Box<dyn Backend + 'r>,
    document: Option<DocumentFile<'r>>,
    /// The lock, which dropping this value releases. `None` if it cannot be taken.
    _lock: Option<LockFile>,
}

impl<'r> Prepared<'r> {
    /// Takes the lock. With an invalid document, nothing is changed, and no folder is created.
    fn new(root: &'r Root, options: &'r ApplyOptions) -> Result<Self, Error> {
        let mut backend = backend::open(root)?;
        let document = options.config.as_deref().map(|path| DocumentFile::new(root, path)).transpose()?;
        let is_present = backend.is_present();
        let mut check = || Inputs::read(&mut *backend, document.as_ref()).map(drop);
        if !is_present {
            check()?;
        }
        let lock = own_folder::lock(root, options.wait, check)?;
        backend.prepare();
        Ok(Self { backend, document, _lock: lock })
    }
}

/// Follows the document until it does not change any more.
fn run(
    kernel: &mut dyn Kernel,
    prepared: &mut Prepared<'_>,
    options: &ApplyOptions,
    memory: &Memory,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let Prepared { backend, document, .. } = prepared;
    let (backend, document) = (&mut **backend, document.as_ref());
    let (mut added, mut deleted, mut file_changed) = (0, 0, false);
    for _ in 0..ROUNDS {
        let inputs = Inputs::read(backend, document)?;
        let Followed { reconciled, unsaved } = follow(kernel, backend, &inputs, log)?;
        added += reconciled.added;
        deleted += reconciled.deleted;
        file_changed |= !inputs.plan.step.is_empty() && unsaved.is_none();
        if inputs.is_current(document) {
            let surveyed =
                survey_after(kernel, &inputs, &reconciled, options.quiet, memory).map_err(Error::Unsurveyed)?;
            let states = states(kernel, &inputs, &reconciled, &surveyed, memory);
            let (interface, waiting) = (reconciled.interface, reconciled.waiting);
            let conflicts = with_interfaces(kernel, &[&reconciled.conflicts[..], &surveyed.shared].concat());
            let is_on = inputs.desired.routes.is_some();
            return Ok(Applied { interface, file_changed, added, deleted, conflicts, waiting, states, unsaved, is_on });
        }
        log(Event::Again);
    }
    Err(Error::Unstable(document.map(DocumentFile::display_path).unwrap_or_default()))
}

/// The result of following one version of the document.
struct Followed {
    reconciled: Reconciled,
    /// The reason why the route file could not be written.
    unsaved: Option<FileError>,
}

/// Changes file and kernel to the state that one version of the document describes.
///
/// If the file cannot be written, the kernel is corrected nevertheless.
fn follow(
    kernel: &mut dyn Kernel,
    backend: &dyn Backend,
    inputs: &Inputs,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Followed, Error> {
    let step = inputs.plan.step;
    let default = default_route(inputs);
    if !step.is_empty() {
        if let Err(error) = backend.stage() {
            let reconciled = reconcile::reconcile(kernel, &inputs.goal_without_file()).map_err(Error::Reconcile)?;
            return Ok(Followed { reconciled, unsaved: Some(error) });
        }
        default.into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
    }
    let reconciled = reconcile::reconcile(kernel, &inputs.goal).map_err(|failure| {
        backend.discard();
        Error::Reconcile(failure)
    })?;
    if step.is_empty() {
        let is_added = reconciled.record.has_added(default_prefix());
        default.filter(|_| is_added).into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
        return Ok(Followed { reconciled, unsaved: None });
    }
    let dropped = &inputs.plan.dropped;
    dropped.iter().take(LISTED).for_each(|line| log(Event::Dropped(line)));
    log_more(dropped.len(), log);
    if let Err(error) = backend.install(log) {
        backend.discard();
        return without_file(kernel, inputs, reconciled, error);
    }
    // File and kernel agree. Only a power cut could still restore the old file.
    let flushed = backend.flush().map_err(Error::Flush);
    let mut reconciled = reconciled;
    if inputs.goal.has_leftovers() {
        // The network scripts may have read the old file in the meantime.
        let goal = inputs.goal.after_install(&reconciled.postponed);
        let after = reconcile::reconcile(kernel, &goal).map_err(Error::Afterwards)?;
        let (added, deleted) = (reconciled.added + after.added, reconciled.deleted + after.deleted);
        reconciled = Reconciled { added, deleted, ..after };
    }
    flushed.map(|()| Followed { reconciled, unsaved: None })
}

/// Corrects the kernel after the file could not be installed. Routes that the file vouches for only
/// because of a takeover are added again.
fn without_file(
    kernel: &mut dyn Kernel,
    inputs: &Inputs,
    reconciled: Reconciled,
    error: FileError,
) -> Result<Followed, Error> {
    let goal = inputs.goal_without_file();
    if goal == inputs.goal {
        return Ok(Followed { reconciled, unsaved: Some(error) });
    }
    if let Err(cause) = reconcile::undo(kernel, &reconciled.record) {
        return Err(Error::NotUndone { error, cause });
    }
    let reconciled = reconcile::reconcile(kernel, &goal).map_err(Error::Reconcile)?;
    Ok(Followed { reconciled, unsaved: Some(error) })
}

fn default_route(inputs: &Inputs) -> Option<Metric> {
    let routes = inputs.desired.routes.as_ref()?;
    routes.iter().find(|route| route.prefix == default_prefix()).map(|route| route.metric)
}
