//! Changes file and kernel to the inputs of a run.
//!
//! The kernel comes first, the file second. Until the file is renamed, its old lines show which
//! routes of the network scripts are ours. So a later run can finish one that is killed in between.
//! If the kernel refuses a change, the file is unchanged. The new file is written before the kernel
//! is changed, so a full disk is detected in time. The kernel is then corrected without the file.

use crate::fs::FileError;
use crate::model::Metric;
use crate::model::route::default_prefix;
use crate::router::backend::{Backend, StoragePlan};
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::inputs::Inputs;
use crate::router::kernel::Kernel;
use crate::router::machine::Machine;
use crate::router::reconcile::{self, Reconciled};
use crate::router::transition::{LISTED, log_more};

/// The result of a step.
#[derive(Debug)]
pub(crate) struct Followed {
    /// The inputs for the routes that the kernel got.
    pub(crate) inputs: Inputs,
    pub(crate) reconciled: Reconciled,
    /// True if the route file was written, restored or removed.
    pub(crate) file_changed: bool,
    /// The reason why the route file could not be written.
    pub(crate) unsaved: Option<FileError>,
    /// True if the routes of the kernel are not the wanted ones, or not those of the file.
    pub(crate) is_tried: bool,
}

impl Followed {
    /// Returns the result of a step that did not change the file.
    pub(crate) fn tried(inputs: Inputs, reconciled: Reconciled) -> Self {
        Self { inputs, reconciled, file_changed: false, unsaved: None, is_tried: true }
    }

    /// Adds the reason why a file could not be written.
    pub(crate) fn without_file(self, error: FileError) -> Self {
        Self { unsaved: Some(error), ..self }
    }

    /// Adds the changes that were made before to reach the same routes.
    pub(crate) fn with_earlier(mut self, earlier: &Reconciled) -> Self {
        self.reconciled.added += earlier.added;
        self.reconciled.deleted += earlier.deleted;
        self
    }
}

/// Changes file and kernel to these inputs, without a trial.
///
/// If the file cannot be written, the kernel is corrected nevertheless.
pub(crate) fn follow(
    machine: &mut Machine<'_>,
    inputs: Inputs,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Followed, Error> {
    let (reconciled, unsaved) = changed(machine.kernel, machine.storage, &inputs, log)?;
    let file_changed = !inputs.plan.step.is_empty() && unsaved.is_none();
    Ok(Followed { inputs, reconciled, file_changed, unsaved, is_tried: false })
}

/// Returns the changes in the kernel, and the reason why the file could not be written.
fn changed(
    kernel: &mut dyn Kernel,
    backend: &dyn Backend,
    inputs: &Inputs,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<(Reconciled, Option<FileError>), Error> {
    let step = inputs.plan.step;
    let default = default_route(inputs);
    if !step.is_empty() {
        if let Err(error) = backend.stage() {
            let reconciled = reconcile::reconcile(kernel, &inputs.goal_without_file()).map_err(Error::Reconcile)?;
            return Ok((reconciled, Some(error)));
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
        return Ok((reconciled, None));
    }
    log_lost_lines(inputs, log);
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
    flushed.map(|()| (reconciled, None))
}

/// Logs the lines that the file loses, and what a takeover does with the operator's routes.
fn log_lost_lines(inputs: &Inputs, log: &mut dyn FnMut(Event<'_>)) {
    let StoragePlan { dropped, is_takeover, kept, uncovered, .. } = &inputs.plan;
    dropped.iter().take(LISTED).for_each(|line| log(Event::Dropped(line)));
    log_more(dropped.len(), log);
    if *is_takeover {
        kept.iter().take(LISTED).for_each(|route| log(Event::Kept(*route)));
        log_more(kept.len(), log);
        uncovered.iter().take(LISTED).for_each(|route| log(Event::Uncovered(*route)));
        log_more(uncovered.len(), log);
    }
}

/// Corrects the kernel after the file could not be installed. Routes that the file vouches for only
/// because of a takeover are added again.
fn without_file(
    kernel: &mut dyn Kernel,
    inputs: &Inputs,
    reconciled: Reconciled,
    error: FileError,
) -> Result<(Reconciled, Option<FileError>), Error> {
    let goal = inputs.goal_without_file();
    if goal == inputs.goal {
        return Ok((reconciled, Some(error)));
    }
    if let Err(cause) = reconcile::undo(kernel, &reconciled.record) {
        return Err(Error::NotUndone { error, cause });
    }
    let reconciled = reconcile::reconcile(kernel, &goal).map_err(Error::Reconcile)?;
    Ok((reconciled, Some(error)))
}

fn default_route(inputs: &Inputs) -> Option<Metric> {
    let routes = inputs.desired.routes.as_ref()?;
    routes.iter().find(|route| route.prefix == default_prefix()).map(|route| route.metric)
}
