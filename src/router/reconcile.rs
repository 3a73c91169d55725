//! Puts the kernel right, step by step, and takes back what it did where a step fails.

use std::fmt;

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::diff::{Changes, Conflict, Goal};
use crate::router::kernel::{Answers, Interface, Kernel, KernelError, KernelRoute, Refusal, Request};

/// How often the table is read and changed before its difference from the goal counts as one that stays. Once is the rule; others
/// may change the table at the same time.
const ROUNDS: usize = 5;

/// How many routes a message names.
const NAMED: usize = 5;

/// The kernel agrees with the goal, as far as it can.
#[derive(Debug)]
pub struct Reconciled {
    /// The state of kni254.
    pub interface: Interface,
    /// How many routes were put in.
    pub added: usize,
    /// How many routes were taken out.
    pub deleted: usize,
    /// Wanted routes whose place is another's.
    pub conflicts: Vec<Conflict>,
    /// How many wanted routes cannot be put in until the interface is ready.
    pub waiting: usize,
    /// What [`undo`] needs.
    pub record: Record,
}

/// What was there before, and what was asked for.
#[derive(Clone, Debug, Default)]
pub struct Record {
    before: Option<Vec<KernelRoute>>,
    asked: Vec<Request>,
    /// Whether all was carried out that was asked for, at the first time of asking.
    plain: bool,
}

/// The kernel could not be brought to agree. What was changed was taken back, as far as `undone` says.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub cause: Cause,
    /// Whether all that had been changed was taken back; the reason if not.
    pub undone: Result<(), Cause>,
}

/// What went wrong between this program and the kernel.
#[derive(Debug)]
pub enum Cause {
    /// A step failed as a whole.
    Kernel(KernelError),
    /// Requests were refused.
    Refused(Vec<(Request, Refusal)>),
    /// The kernel took all requests, and still these would be necessary.
    Differs(Vec<Request>),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(error) => error.fmt(f),
            Self::Refused(refused) => {
                write!(f, "the kernel refused to ")?;
                list(f, refused.iter().map(|(request, refusal)| format!("{request}: {refusal}")))
            }
            Self::Differs(requests) => {
                write!(f, "read back, the kernel's routes are not as they should be; still to do: ")?;
                list(f, requests.iter().map(ToString::to_string))
            }
        }
    }
}

impl From<KernelError> for Cause {
    fn from(error: KernelError) -> Self {
        Self::Kernel(error)
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: impl ExactSizeIterator<Item = String>) -> fmt::Result {
    let more = items.len().saturating_sub(NAMED);
    f.write_str(&items.take(NAMED).collect::<Vec<_>>().join("; "))?;
    if more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
}

/// What a look at the kernel gives.
#[derive(Debug)]
pub struct Observation {
    /// The state of kni254.
    pub interface: Interface,
    /// All routes through it.
    pub routes: Vec<KernelRoute>,
    /// What has to change, and can be changed now.
    pub changes: Changes,
    /// The wanted routes that cannot be put in until the interface is ready.
    pub waiting: Vec<Route>,
}

/// Looks at the kernel, and changes nothing.
///
/// # Errors
///
/// The kernel could not be asked.
pub fn observe(kernel: &mut dyn Kernel, goal: &Goal) -> Result<Observation, KernelError> {
    let interface = kernel.interface()?;
    let Some(index) = interface.index() else {
        let waiting = goal.wanted().to_vec();
        return Ok(Observation { interface, routes: Vec::new(), changes: Changes::default(), waiting });
    };
    let routes = kernel.routes_through(index)?;
    let missing = goal.missing(index, &routes);
    let holders = if missing.is_empty() { Vec::new() } else { kernel.holders(&missing)? };
    let mut changes = goal.changes(index, &routes, &holders);
    let mut waiting = Vec::new();
    if let Interface::WithoutAddress(_) = interface {
        waiting = missing;
        changes = Changes {
            // What is to be replaced stays until its replacement can come.
            delete: changes.delete.into_iter().filter(|route| !serves_one_of(&waiting, route)).collect(),
            ..Changes::default()
        };
    }
    Ok(Observation { interface, routes, changes, waiting })
}

fn serves_one_of(waiting: &[Route], route: &KernelRoute) -> bool {
    let first = waiting.partition_point(|other| other.prefix < route.route.prefix);
    waiting.get(first).is_some_and(|other| other.prefix == route.route.prefix)
}

/// Brings the kernel to agree with the goal, and reads it back.
///
/// # Errors
///
/// A step failed; what this call had changed was taken back.
pub fn reconcile(kernel: &mut dyn Kernel, goal: &Goal) -> Result<Reconciled, Failure> {
    let mut record = Record::default();
    let mut left = Vec::new();
    for _ in 0..ROUNDS {
        match round(kernel, goal, &mut record) {
            Ok(Round::Agrees(observation)) => return Ok(reconciled(observation, record)),
            Ok(Round::Changed(changes)) => left = [changes.first(), changes.second()].concat(),
            Err(cause) => return Err(fail(kernel, cause, &record)),
        }
    }
    Err(fail(kernel, Cause::Differs(left), &record))
}

fn fail(kernel: &mut dyn Kernel, cause: Cause, record: &Record) -> Failure {
    Failure { cause, undone: undo(kernel, record) }
}

fn reconciled(observation: Observation, record: Record) -> Reconciled {
    let Observation { interface, routes, changes, waiting } = observation;
    let (added, deleted) = match &record.before {
        None => (0, 0),
        Some(_) if record.plain => record.asked_for(),
        Some(before) => {
            let (came, went) = record.effect(before, &routes);
            (came.len(), went.len())
        }
    };
    Reconciled { interface, added, deleted, conflicts: changes.conflicts, waiting: waiting.len(), record }
}

/// What is in the first and not in the second.
fn difference(one: &[KernelRoute], other: &[KernelRoute]) -> Vec<KernelRoute> {
    let mut sorted: Vec<&KernelRoute> = other.iter().collect();
    sorted.sort_unstable();
    one.iter().filter(|route| sorted.binary_search(route).is_err()).cloned().collect()
}

enum Round {
    /// Nothing is left to do.
    Agrees(Observation),
    /// These changes were asked for; the table must be read again to know what became of them.
    Changed(Changes),
}

fn round(kernel: &mut dyn Kernel, goal: &Goal, record: &mut Record) -> Result<Round, Cause> {
    let observation = match observe(kernel, goal) {
        Ok(observation) => observation,
        // The interface may have gone while its routes were asked for.
        Err(error) if error.is_gone() => return Ok(Round::Changed(Changes::default())),
        Err(error) => return Err(error.into()),
    };
    if observation.changes.is_empty() {
        return Ok(Round::Agrees(observation));
    }
    let Observation { changes, routes, .. } = observation;
    record.plain = record.before.is_none();
    record.before.get_or_insert(routes);
    for requests in [changes.first(), changes.second()] {
        if requests.is_empty() {
            continue;
        }
        record.asked.extend(requests.iter().cloned());
        let Answers { refused, complete } = kernel.change(&requests)?;
        record.plain &= complete && refused.is_empty();
        let (harmless, grave): (Vec<_>, Vec<_>) = refused
            .into_iter()
            .filter_map(|refusal| Some((requests.get(refusal.request)?.clone(), refusal)))
            .partition(|(request, refusal)| match request {
                Request::Add(_) => refusal.errno == Refusal::EXISTS,
                Request::Delete(_) => refusal.errno == Refusal::NOT_FOUND,
            });
        if !grave.is_empty() {
            return unless_gone(kernel, Cause::Refused(grave));
        }
        // Nothing is taken out before all that should be in is known to be in.
        if !complete || harmless.iter().any(|(request, _)| matches!(request, Request::Add(_))) {
            break;
        }
    }
    Ok(Round::Changed(changes))
}

/// A refusal that comes of the interface's going away is no failure: its routes went with it, and wait until it comes back.
fn unless_gone(kernel: &mut dyn Kernel, cause: Cause) -> Result<Round, Cause> {
    match kernel.interface()? {
        Interface::Ready(_) => Err(cause),
        _ => Ok(Round::Changed(Changes::default())),
    }
}

/// Takes back what was asked for and carried out: what was put in goes, what was taken out comes back as it was.
///
/// # Errors
///
/// It could not be taken back whole.
pub fn undo(kernel: &mut dyn Kernel, record: &Record) -> Result<(), Cause> {
    let Some(before) = record.before.as_ref().filter(|_| !record.asked.is_empty()) else { return Ok(()) };
    let mut left = Vec::new();
    for _ in 0..ROUNDS {
        let Some(index) = kernel.interface()?.index() else { return Ok(()) };
        let now = kernel.routes_through(index)?;
        left = undoing(record, before, &now);
        if left.is_empty() {
            return Ok(());
        }
        let Answers { refused, .. } = kernel.change(&left)?;
        let grave: Vec<_> = refused
            .into_iter()
            .filter(|refusal| ![Refusal::EXISTS, Refusal::NOT_FOUND].contains(&refusal.errno))
            .filter_map(|refusal| Some((left.get(refusal.request)?.clone(), refusal)))
            .collect();
        if !grave.is_empty() {
            return Err(Cause::Refused(grave));
        }
    }
    Err(Cause::Differs(left))
}

impl Record {
    /// How many routes were asked to be put in, and to be taken out.
    fn asked_for(&self) -> (usize, usize) {
        let added = self.asked.iter().filter(|request| matches!(request, Request::Add(_))).count();
        (added, self.asked.len() - added)
    }

    /// Whether a route to this destination was asked to be put in.
    #[must_use]
    pub fn adds(&self, destination: Ipv4Net) -> bool {
        self.asked.iter().any(|request| matches!(request, Request::Add(route) if route.route.prefix == destination))
    }

    /// What this program put in and took out between `before` and `now`. What others did in the meantime is theirs.
    fn effect(&self, before: &[KernelRoute], now: &[KernelRoute]) -> (Vec<KernelRoute>, Vec<KernelRoute>) {
        if self.asked.is_empty() {
            return Default::default();
        }
        let only = |asked: fn(&Request) -> Option<&KernelRoute>, mut routes: Vec<KernelRoute>| {
            let mut mine: Vec<&KernelRoute> = self.asked.iter().filter_map(asked).collect();
            mine.sort_unstable();
            routes.retain(|route| mine.binary_search(&route).is_ok());
            routes
        };
        fn added(request: &Request) -> Option<&KernelRoute> {
            if let Request::Add(route) = request { Some(route) } else { None }
        }
        fn deleted(request: &Request) -> Option<&KernelRoute> {
            if let Request::Delete(route) = request { Some(route) } else { None }
        }
        (only(added, difference(now, before)), only(deleted, difference(before, now)))
    }
}

/// What leads from `now` back to `before`, as far as this program led away from it. Routes come back before others go, but for
/// those whose place is taken.
fn undoing(record: &Record, before: &[KernelRoute], now: &[KernelRoute]) -> Vec<Request> {
    let (came, went) = record.effect(before, now);
    let mut places: Vec<Route> = went.iter().map(|route| route.route).collect();
    places.sort_unstable();
    let (in_the_way, others): (Vec<_>, Vec<_>) =
        came.into_iter().partition(|route| places.binary_search(&route.route).is_ok());
    let delete = |routes: Vec<KernelRoute>| routes.into_iter().map(Request::Delete);
    delete(in_the_way).chain(went.into_iter().map(Request::Add)).chain(delete(others)).collect()
}
