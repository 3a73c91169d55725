//! Changes a router to the state that its document describes.
//!
//! The kernel comes first, the file second. Until the file is renamed, its old lines show which
//! routes of the network scripts are ours. So a later run can finish one that is killed in between.
//! If the kernel refuses a change, the file is unchanged. The new file is written before the kernel
//! is changed, so a full disk is detected in time.

use std::path::PathBuf;
use std::time::Duration;

use crate::fs::{Links, Root};
use crate::model::Metric;
use crate::model::route::default_prefix;
use crate::router::backend::{self, Backend};
use crate::router::diff::Conflict;
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::inputs::{DocumentFile, Inputs};
use crate::router::kernel::{Interface, Kernel};
use crate::router::own_folder;
use crate::router::reconcile::{self, Reconciled};

/// The most rounds of a run while its document changes.
const ROUNDS: usize = 20;

/// The maximum number of routes or lines that a run logs. `status` lists all of them.
const LISTED: usize = 10;

/// The paths and limits of a run.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// The folder that all paths are beneath.
    pub root: PathBuf,
    /// The document, beneath the root or, if relative, beneath the working directory. `None` removes the
    /// plugin's routes and its part of the route file.
    pub config: Option<PathBuf>,
    /// The time to wait for another run to end.
    pub wait: Duration,
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
    /// Wanted routes that were not added, each with the interface of the other program's route.
    pub(crate) conflicts: Vec<(Conflict, Option<String>)>,
    /// The number of routes that wait for the interface.
    pub waiting: usize,
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
/// # Errors
///
/// A step failed. All changes of the run were undone, or the error lists those that were not.
pub fn apply(
    kernel: &mut dyn Kernel,
    options: &ApplyOptions,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let root = Root::open(&options.root, Links::Confine)?;
    let mut backend = backend::open(&root)?;
    let config = options.config.as_deref().map(|path| DocumentFile::new(&root, path)).transpose()?;
    let config = config.as_ref();
    // With an invalid document, nothing is changed, and no folder is created.
    let is_present = backend.is_present();
    let mut check = || Inputs::read(&mut *backend, config).map(drop);
    if !is_present {
        check()?;
    }
    let _lock = own_folder::lock(&root, options.wait, check)?;
    backend.prepare()?;
    let (mut added, mut deleted, mut file_changed) = (0, 0, false);
    for _ in 0..ROUNDS {
        let inputs = Inputs::read(&mut *backend, config)?;
        let reconciled = follow(kernel, &*backend, &inputs, log)?;
        added += reconciled.added;
        deleted += reconciled.deleted;
        file_changed |= !inputs.plan.step.is_empty();
        if inputs.is_current(config) {
            let conflicts = with_interfaces(kernel, &reconciled.conflicts);
            let (interface, waiting) = (reconciled.interface, reconciled.waiting);
            let applied = Applied { interface, file_changed, added, deleted, conflicts, waiting };
            log_result(&applied, &inputs, log);
            return Ok(applied);
        }
        log(Event::Again);
    }
    Err(Error::Unstable(config.map(DocumentFile::display_path).unwrap_or_default()))
}

/// Changes file and kernel to the state that one version of the document describes.
fn follow(
    kernel: &mut dyn Kernel,
    backend: &dyn Backend,
    inputs: &Inputs,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Reconciled, Error> {
    let step = inputs.plan.step;
    let default = default_route(inputs);
    if !step.is_empty() {
        default.into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
        backend.stage()?;
    }
    let reconciled = reconcile::reconcile(kernel, &inputs.goal).map_err(|failure| {
        backend.discard();
        Error::Reconcile(failure)
    })?;
    if step.is_empty() {
        let is_added = reconciled.record.has_added(default_prefix());
        default.filter(|_| is_added).into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
        return Ok(reconciled);
    }
    let dropped = &inputs.plan.dropped;
    dropped.iter().take(LISTED).for_each(|line| log(Event::Dropped(line)));
    log_more(dropped.len(), log);
    backend.install(log).map_err(|error| {
        backend.discard();
        Error::File { error, undone: Some(reconcile::undo(kernel, &reconciled.record)) }
    })?;
    // File and kernel agree. Only a power cut could still restore the old file.
    backend.flush().map_err(Error::Flush)?;
    if !inputs.goal.has_leftovers() {
        return Ok(reconciled);
    }
    // The network scripts may have read the old file in the meantime.
    let goal = inputs.goal.after_install(&reconciled.postponed);
    let after = reconcile::reconcile(kernel, &goal).map_err(Error::Afterwards)?;
    Ok(Reconciled { added: reconciled.added + after.added, deleted: reconciled.deleted + after.deleted, ..after })
}

fn default_route(inputs: &Inputs) -> Option<Metric> {
    let routes = inputs.desired.routes.as_ref()?;
    routes.iter().find(|route| route.prefix == default_prefix()).map(|route| route.metric)
}

/// Returns conflicts with the names of their interfaces.
pub(crate) fn with_interfaces(kernel: &mut dyn Kernel, conflicts: &[Conflict]) -> Vec<(Conflict, Option<String>)> {
    conflicts
        .iter()
        .map(|conflict| {
            let name = conflict.holder.interface.map(|interface| kernel.interface_name(interface));
            (conflict.clone(), name)
        })
        .collect()
}

fn log_result(applied: &Applied, inputs: &Inputs, log: &mut dyn FnMut(Event<'_>)) {
    if applied.added + applied.deleted > 0 {
        log(Event::Changed { added: applied.added, deleted: applied.deleted });
    }
    let conflicts = &applied.conflicts;
    conflicts.iter().take(LISTED).for_each(|(conflict, name)| log(Event::Conflict(conflict, name.as_deref())));
    log_more(conflicts.len(), log);
    if applied.waiting > 0 {
        log(Event::Waiting { interface: applied.interface, routes: applied.waiting });
    } else if !applied.has_conflicts() {
        log(if inputs.desired.routes.is_some() { Event::Done } else { Event::Off });
    }
}

fn log_more(count: usize, log: &mut dyn FnMut(Event<'_>)) {
    if count > LISTED {
        log(Event::More(count - LISTED));
    }
}
