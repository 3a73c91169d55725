//! Runs the program: changes a router to the state that its document describes, or takes the next
//! step of a trial.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use crate::fs::{FileError, Links, LockFile, Root};
use crate::router::backend;
use crate::router::confirm::peer;
use crate::router::confirm::record::Target;
use crate::router::confirm::{self, Guard, Hold, Intent, Notice, Outcome};
use crate::router::diff::{Conflict, leave_out};
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::files::{Files, RootFiles};
use crate::router::follow::Followed;
use crate::router::inputs::Inputs;
use crate::router::kernel::{Interface, Kernel};
use crate::router::machine::{Machine, Now};
use crate::router::memory::Memory;
use crate::router::network::Network;
use crate::router::own_folder;
use crate::router::state::State;
use crate::router::survey::with_interfaces;
use crate::router::transition::{log_states, states, survey_after};

/// The most rounds of a run while its document changes.
const ROUNDS: usize = 20;

/// The paths and limits of a run.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// The folder that all paths are beneath.
    pub root: PathBuf,
    /// The document, beneath the root or, if relative, beneath the working directory.
    pub config: PathBuf,
    /// The task of the run.
    pub intent: Intent,
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
    /// The result of a change of routes to peers.
    pub outcome: Outcome,
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

/// Changes file and kernel to the state that the document describes, or takes the next step of a
/// trial. If the document changes during the run, the run applies the new one.
///
/// Logs the error too, unless the run is quiet and the last run failed in the same way.
///
/// # Errors
///
/// A step failed. The error says which changes of the run remain.
pub fn apply(
    kernel: &mut dyn Kernel,
    network: &mut dyn Network,
    now: &Now,
    options: &ApplyOptions,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let failed = |error: Error, log: &mut dyn FnMut(Event<'_>)| {
        log(Event::Failed(&error));
        error
    };
    let root = Root::open(&options.root, Links::Confine).map_err(|error| failed(error.into(), log))?;
    let is_removal = matches!(options.intent, Intent::Remove { .. });
    let config = (!is_removal).then_some(options.config.as_path());
    let mut files = RootFiles::new(&root, config).map_err(|error| failed(error.into(), log))?;
    let mut storage = backend::open(&root).map_err(|error| failed(error.into(), log))?;
    // The lock is held until the memory is written.
    let lock = lock(&root, &files, &mut *storage, options);
    let now = now.clone();
    let mut machine = Machine { kernel, storage: &mut *storage, files: &mut files, network, now };
    match lock {
        Ok(_lock) => apply_to(&mut machine, options, log),
        Err(error) => {
            let memory = Memory::read(machine.files);
            conclude(&mut machine, &memory, options.quiet, Err(error), log)
        }
    }
}

/// Does the work of [`apply`] on these parts of a machine. The caller locks out other runs.
///
/// # Errors
///
/// See [`apply`].
pub fn apply_to(
    machine: &mut Machine<'_>,
    options: &ApplyOptions,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let memory = Memory::read(machine.files);
    let result = run(machine, options, &memory, log);
    conclude(machine, &memory, options.quiet, result, log)
}

/// Takes the lock. With an invalid document, nothing is changed, and no folder is created.
fn lock(
    root: &Root,
    files: &dyn Files,
    storage: &mut dyn backend::Backend,
    options: &ApplyOptions,
) -> Result<Option<LockFile>, Error> {
    let is_present = storage.is_present();
    let mut check = || Inputs::read(storage, files).map(drop);
    if !is_present {
        check()?;
    }
    let lock = own_folder::lock(root, options.wait, check)?;
    storage.prepare();
    Ok(lock)
}

/// Logs the result of a run, and records its states.
fn conclude(
    machine: &mut Machine<'_>,
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
        && applied.outcome == Outcome::Confirmed
        && now.iter().all(State::is_harmless)
        && (!quiet || applied.has_changes() && transitions.is_empty())
    {
        log(if applied.is_on { Event::Done } else { Event::Off });
    }
    if now != memory.states()
        && let Err(error) = Memory::write(machine.files, now.clone())
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

/// Takes steps until the document does not change any more.
fn run(
    machine: &mut Machine<'_>,
    options: &ApplyOptions,
    memory: &Memory,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Applied, Error> {
    let mut intent = options.intent.clone();
    let mut guard = match Guard::read(machine.files) {
        Ok(guard) => guard,
        Err(error) => {
            let mut guard = Guard::read_record(machine.files);
            confirm::step_of_trial(machine, &mut guard, &Intent::Apply, log)?;
            return Err(error.into());
        }
    };
    change_hold(machine, &mut guard, &intent, log)?;
    let (mut added, mut deleted, mut file_changed) = (0, 0, false);
    let has_notice = Cell::new(false);
    let mut log = |event: Event<'_>| {
        has_notice.set(has_notice.get() || matches!(event, Event::Guard(_)));
        log(event);
    };
    for _ in 0..ROUNDS {
        let wanted = match wanted(machine, &guard, &intent) {
            Ok(wanted) => wanted,
            Err(error) => {
                // A trial must end even if the document is damaged by now.
                confirm::step_of_trial(machine, &mut guard, &intent, &mut log)?;
                return Err(error);
            }
        };
        let origin = guard.origin(&intent);
        // Most runs do not need the wanted routes again.
        let routes = guard.is_busy().then(|| wanted.desired.routes.clone());
        let mut followed = confirm::step(machine, &mut guard, &intent, wanted, &mut log)?;
        followed.reconciled.conflicts.extend(followed.inputs.blocked.iter().cloned());
        let Followed { inputs, reconciled, .. } = &followed;
        added += reconciled.added;
        deleted += reconciled.deleted;
        file_changed |= followed.file_changed;
        if inputs.is_current(machine.files) {
            let listed = peer::listed(machine.files);
            let peers = peer::addresses(&listed);
            let kernel = &mut *machine.kernel;
            let surveyed =
                survey_after(kernel, inputs, reconciled, options.quiet, memory, &peers).map_err(Error::Unsurveyed)?;
            let mut states = states(kernel, inputs, reconciled, &surveyed, memory);
            states.extend(listed.err().map(|error| State::PeersUnknown { error: error.to_string() }));
            let conflicts = with_interfaces(kernel, &[&reconciled.conflicts[..], &surveyed.shared].concat());
            let is_on = inputs.desired.routes.is_some();
            let target = routes.map(|mut routes| {
                routes.iter_mut().for_each(|routes| leave_out(routes, &inputs.blocked));
                Target::new(origin, routes.as_deref())
            });
            let outcome = guard.outcome(&intent, target.as_ref(), followed.is_tried);
            let applied = Applied {
                interface: reconciled.interface,
                file_changed,
                added,
                deleted,
                conflicts,
                waiting: reconciled.waiting,
                states,
                outcome,
                unsaved: followed.unsaved,
                is_on,
            };
            if !options.quiet && !has_notice.get() {
                log_outcome(&applied, &options.intent, &mut log);
            }
            return Ok(applied);
        }
        log(Event::Again);
        // The operator did not mean the new document.
        intent = if matches!(intent, Intent::Remove { .. } | Intent::Continue) { intent } else { Intent::Apply };
    }
    Err(Error::Unstable(machine.files.document_path()))
}

/// Begins or ends the hold.
fn change_hold(
    machine: &mut Machine<'_>,
    guard: &mut Guard,
    intent: &Intent,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<(), Error> {
    match intent {
        Intent::Hold { reason, now } => {
            let hold = Hold { reason: reason.clone(), since: machine.now.epoch, now: *now };
            hold.write(machine.files)?;
            log(Event::Guard(Notice::Held(&hold)));
            guard.hold = Some(hold);
        }
        Intent::Release => {
            Hold::remove(machine.files)?;
            if guard.hold.take().is_some() {
                log(Event::Guard(Notice::Released));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Returns the inputs for the wanted routes: those of the document, or none during a hold.
fn wanted(machine: &mut Machine<'_>, guard: &Guard, intent: &Intent) -> Result<Inputs, Error> {
    let is_held = guard.hold.is_some() && !matches!(intent, Intent::Remove { .. });
    let inputs = match Inputs::read(machine.storage, machine.files) {
        // A hold needs no document.
        Err(Error::File(_) | Error::Document { .. }) if is_held => {
            let mut inputs = Inputs::off(machine.storage)?;
            inputs.document = machine.files.document().ok().flatten().unwrap_or_default();
            inputs
        }
        other => other?,
    };
    if is_held { inputs.with_routes(machine.storage, None) } else { Ok(inputs) }
}

/// Logs the result of a change of routes to peers, unless the run has logged it.
fn log_outcome(applied: &Applied, intent: &Intent, log: &mut dyn FnMut(Event<'_>)) {
    match (intent, &applied.outcome) {
        (Intent::Confirm, Outcome::Confirmed) if !applied.has_changes() => log(Event::Guard(Notice::NothingToConfirm)),
        (Intent::Revert, _) => log(Event::Guard(Notice::NothingToRevert)),
        (_, Outcome::Confirmed) => {}
        (_, outcome) => log(Event::Guard(Notice::Lasting(outcome))),
    }
}
