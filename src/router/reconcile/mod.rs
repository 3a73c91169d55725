//! Changes the kernel in rounds until it agrees with the goal, and undoes the changes if a step
//! fails.
//!
//! A round observes, compares and requests changes. Lost answers, and refusals because the table or
//! the interface had changed, are not analysed. The next round reads both again. The last round
//! verifies the result, since it finds nothing to do.

mod record;

pub(crate) use self::record::{Record, undo};

use crate::model::Route;
use crate::router::diff::{Changes, Conflict, Goal};
use crate::router::error::{Failure, KernelError, ReconcileError};
use crate::router::kernel::{Answers, Interface, Kernel, Refusal, Request};
use crate::router::observation::{Observation, observe};

/// The number of rounds after which a difference from the goal is an error. One round of changes is
/// usually enough, but other programs may change the table at the same time.
pub(crate) const ROUNDS: usize = 5;

/// The result of a reconciliation: the kernel agrees with the goal as far as possible.
#[derive(Debug)]
pub struct Reconciled {
    /// The state of kni254.
    pub(crate) interface: Interface,
    /// The number of added routes.
    pub(crate) added: usize,
    /// The number of deleted routes.
    pub(crate) deleted: usize,
    /// Wanted routes that could not be added.
    pub conflicts: Vec<Conflict>,
    /// The routes whose deletion was postponed until the storage is installed.
    pub postponed: Vec<Route>,
    /// The number of wanted routes that wait for the interface.
    pub(crate) waiting: usize,
    /// The record that [`undo`] needs.
    pub(crate) record: Record,
}

impl Reconciled {
    /// Returns true if routes were added or deleted.
    pub(crate) fn has_changes(&self) -> bool {
        self.added + self.deleted > 0
    }
}

/// The result of a round.
enum Round {
    /// There was nothing to do.
    Agrees(Observation),
    /// These changes were requested. The table must be read again to know their result.
    Changed(Changes),
}

/// Leaves the kernel's routes as they are.
///
/// # Errors
///
/// The state of kni254 cannot be read.
pub(crate) fn untouched(kernel: &mut dyn Kernel) -> Result<Reconciled, KernelError> {
    let interface = kernel.interface()?;
    let record = Record::default();
    let (conflicts, postponed) = (Vec::new(), Vec::new());
    Ok(Reconciled { interface, added: 0, deleted: 0, conflicts, postponed, waiting: 0, record })
}

/// Changes the kernel's routes to agree with the goal, and verifies the result.
///
/// # Errors
///
/// A step failed. The changes of this call were undone, or the failure lists those that were not.
pub fn reconcile(kernel: &mut dyn Kernel, goal: &Goal) -> Result<Reconciled, Failure> {
    let mut record = Record::default();
    let mut remaining = Vec::new();
    for _ in 0..ROUNDS {
        record.refused.clear();
        match round(kernel, goal, &mut record) {
            Ok(Round::Agrees(observation)) => return Ok(reconciled(observation, record)),
            Ok(Round::Changed(changes)) => remaining = [changes.additions(), changes.deletions()].concat(),
            Err(cause) => return Err(fail(kernel, cause, &record)),
        }
    }
    let cause = match std::mem::take(&mut record.refused) {
        refused if refused.is_empty() => ReconcileError::Differs(remaining),
        refused => ReconcileError::Refused(refused),
    };
    Err(fail(kernel, cause, &record))
}

fn fail(kernel: &mut dyn Kernel, cause: ReconcileError, record: &Record) -> Failure {
    Failure { cause, undone: undo(kernel, record) }
}

fn reconciled(observation: Observation, record: Record) -> Reconciled {
    let Observation { interface, routes, changes, waiting } = observation;
    let (added, deleted) = record.counts(&routes);
    let Changes { conflicts, postponed, .. } = changes;
    let postponed = postponed.into_iter().map(|route| route.route).collect();
    Reconciled { interface, added, deleted, conflicts, postponed, waiting: waiting.len(), record }
}

fn round(kernel: &mut dyn Kernel, goal: &Goal, record: &mut Record) -> Result<Round, ReconcileError> {
    let observation = match observe(kernel, goal) {
        Ok(observation) => observation,
        // The interface may have disappeared while its routes were read.
        Err(error) if error.is_gone() => return Ok(Round::Changed(Changes::default())),
        Err(error) => return Err(error.into()),
    };
    if observation.changes.is_empty() {
        return Ok(Round::Agrees(observation));
    }
    let Observation { interface, changes, routes, .. } = observation;
    record.begin(interface.index(), routes);
    // Nothing is deleted before all additions are known to be carried out.
    if request(kernel, changes.additions(), record)? {
        request(kernel, changes.deletions(), record)?;
    }
    Ok(Round::Changed(changes))
}

/// Makes requests. Returns false if another round must read the table before it makes more
/// requests.
fn request(kernel: &mut dyn Kernel, requests: Vec<Request>, record: &mut Record) -> Result<bool, ReconcileError> {
    if requests.is_empty() {
        return Ok(true);
    }
    record.requests.extend(requests.iter().cloned());
    let Answers { refused, complete } = kernel.change(&requests)?;
    record.is_plain &= complete && refused.is_empty();
    let (stale, failed): (Vec<_>, Vec<_>) = refused
        .into_iter()
        .filter_map(|refusal| Some((requests.get(refusal.request)?.clone(), refusal)))
        .partition(|(request, refusal)| is_stale(request, refusal));
    if !failed.is_empty() {
        // The interface or its address went away, and perhaps came back. So its routes are gone
        // too.
        let is_of_interface = failed.iter().all(|(_, refusal)| refusal.is_of_interface());
        if !is_of_interface && matches!(kernel.interface()?, Interface::Ready(_)) {
            return Err(ReconcileError::Refused(failed));
        }
        record.refused = failed;
        return Ok(false);
    }
    Ok(complete && !stale.iter().any(|(request, _)| request.is_addition()))
}

/// Returns true if a request was refused because the table changed after it was read.
fn is_stale(request: &Request, refusal: &Refusal) -> bool {
    refusal.errno == if request.is_addition() { Refusal::EXISTS } else { Refusal::NOT_FOUND }
}
