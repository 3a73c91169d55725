//! Changes the kernel in rounds until it agrees with the goal, and undoes the changes if a step
//! fails.
//!
//! A round observes, compares and requests changes. Lost answers, and refusals because the table
//! had changed, are not analysed. The next round reads the table again. The last round verifies the
//! result, since it finds nothing to do.

mod record;

pub(crate) use self::record::{Record, undo};

use crate::router::diff::{Changes, Conflict, Goal};
use crate::router::error::{Failure, ReconcileError};
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
    /// The number of wanted routes that wait for the interface.
    pub(crate) waiting: usize,
    /// The record that [`undo`] needs.
    pub(crate) record: Record,
}

/// The result of a round.
enum Round {
    /// There was nothing to do.
    Agrees(Observation),
    /// These changes were requested. The table must be read again to know their result.
    Changed(Changes),
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
        match round(kernel, goal, &mut record) {
            Ok(Round::Agrees(observation)) => return Ok(reconciled(observation, record)),
            Ok(Round::Changed(changes)) => remaining = changes.requests(),
            Err(cause) => return Err(fail(kernel, cause, &record)),
        }
    }
    Err(fail(kernel, ReconcileError::Differs(remaining), &record))
}

fn fail(kernel: &mut dyn Kernel, cause: ReconcileError, record: &Record) -> Failure {
    Failure { cause, undone: undo(kernel, record) }
}

fn reconciled(observation: Observation, record: Record) -> Reconciled {
    let Observation { interface, routes, changes, waiting } = observation;
    let (added, deleted) = record.counts(&routes);
    Reconciled { interface, added, deleted, conflicts: changes.conflicts, waiting: waiting.len(), record }
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
    let Observation { changes, routes, .. } = observation;
    record.is_plain = record.before.is_none();
    record.before.get_or_insert(routes);
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
        return match kernel.interface()? {
            Interface::Ready(_) => Err(ReconcileError::Refused(failed)),
            // The interface went away, and its routes with it. They wait until it is back.
            _ => Ok(false),
        };
    }
    Ok(complete && !stale.iter().any(|(request, _)| matches!(request, Request::Add(_))))
}

/// Returns true if a request was refused because the table changed after it was read.
fn is_stale(request: &Request, refusal: &Refusal) -> bool {
    match request {
        Request::Add(_) => refusal.errno == Refusal::EXISTS,
        Request::Delete(_) => refusal.errno == Refusal::NOT_FOUND,
    }
}
