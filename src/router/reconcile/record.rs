//! The record of a run's changes in the kernel, and their undoing.

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::error::{KernelError, ReconcileError, Undone};
use crate::router::kernel::{Answers, Kernel, KernelRoute, Refusal, Request};
use crate::router::reconcile::ROUNDS;

/// The routes before a run, and the requests that the run made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// The index of kni254 before the first request.
    interface: Option<u32>,
    /// The routes through kni254 before the first request, and those of ours through an interface
    /// that had this name.
    before: Option<Vec<KernelRoute>>,
    pub(super) requests: Vec<Request>,
    /// The requests of the last round that were refused because of the state of the interface.
    pub(super) refused: Vec<(Request, Refusal)>,
    /// True if the first round carried out all of its requests, and no other round made any.
    pub(super) is_plain: bool,
}

impl Record {
    /// Begins a round that makes requests. The first one records the routes.
    pub(super) fn begin(&mut self, interface: Option<u32>, routes: Vec<KernelRoute>) {
        self.is_plain = self.before.is_none();
        if self.is_plain {
            self.interface = interface;
            self.before = Some(routes);
        }
    }

    /// Returns true if a route to this destination was requested to be added.
    pub(crate) fn has_added(&self, destination: Ipv4Net) -> bool {
        self.requests.iter().any(|request| request.is_addition() && request.route().route.prefix == destination)
    }

    /// Returns the numbers of routes that the run added and deleted. `now` are the routes
    /// afterwards.
    pub(super) fn counts(&self, now: &[KernelRoute]) -> (usize, usize) {
        match &self.before {
            None => (0, 0),
            Some(_) if self.is_plain => {
                let added = self.requests.iter().filter(|request| request.is_addition()).count();
                (added, self.requests.len() - added)
            }
            Some(before) => {
                let (added, deleted) = self.effect(before, now);
                (added.len(), deleted.len())
            }
        }
    }

    /// Returns the routes that the run added and deleted between `before` and `now`. Changes that
    /// other programs made in the meantime are left out.
    fn effect(&self, before: &[KernelRoute], now: &[KernelRoute]) -> (Vec<KernelRoute>, Vec<KernelRoute>) {
        if self.requests.is_empty() {
            return Default::default();
        }
        let (add, delete): (Vec<&Request>, Vec<&Request>) =
            self.requests.iter().partition(|request| request.is_addition());
        (requested(&add, difference(now, before)), requested(&delete, difference(before, now)))
    }

    /// Returns the requests that undo the run's changes between `before` and `now`.
    ///
    /// Deleted routes are added before added routes are deleted. If kni254 is another interface by
    /// now, its former routes cannot be added.
    fn undoing(&self, before: &[KernelRoute], now: &[KernelRoute], interface: Option<u32>) -> Vec<Request> {
        let (added, mut deleted) = self.effect(before, now);
        deleted.retain(|route| route.interface != self.interface || self.interface == interface);
        let mut taken: Vec<Route> =
            now.iter().filter(|route| route.holds(route.route)).map(|route| route.route).collect();
        taken.sort();
        let add = |route: KernelRoute| match taken.binary_search(&route.route) {
            Ok(_) => Request::Append(route),
            Err(_) => Request::Add(route),
        };
        deleted.into_iter().map(add).chain(added.into_iter().map(Request::Delete)).collect()
    }

    /// Returns true if the routes through kni254 are those from before the first request.
    fn is_as_before(&self, before: &[KernelRoute], now: &[KernelRoute], interface: Option<u32>) -> bool {
        let before = sorted(before.iter().filter(|route| route.interface == self.interface));
        before == sorted(now.iter().filter(|route| route.interface == interface))
    }
}

/// Undoes the changes of a run: added routes are deleted, deleted routes are added as they were.
///
/// # Errors
///
/// Some changes could not be undone.
pub(crate) fn undo(kernel: &mut dyn Kernel, record: &Record) -> Result<Undone, ReconcileError> {
    let Some(before) = record.before.as_ref().filter(|_| !record.requests.is_empty()) else {
        return Ok(Undone::Exactly);
    };
    let mut remaining = Vec::new();
    let mut failed = Vec::new();
    for _ in 0..ROUNDS {
        let interface = kernel.interface()?.index();
        let now = match routes(kernel, interface) {
            // The interface disappeared while its routes were read.
            Err(error) if error.is_gone() => continue,
            routes => routes?,
        };
        remaining = record.undoing(before, &now, interface);
        if remaining.is_empty() {
            let is_as_before = record.is_as_before(before, &now, interface);
            return Ok(if is_as_before { Undone::Exactly } else { Undone::ButForOthers });
        }
        let Answers { refused, .. } = kernel.change(&remaining)?;
        failed = refused
            .into_iter()
            .filter(|refusal| ![Refusal::EXISTS, Refusal::NOT_FOUND].contains(&refusal.errno))
            .filter_map(|refusal| Some((remaining.get(refusal.request)?.clone(), refusal)))
            .collect();
        if failed.iter().any(|(_, refusal)| !refusal.is_of_interface()) {
            break;
        }
    }
    Err(if failed.is_empty() { ReconcileError::Differs(remaining) } else { ReconcileError::Refused(failed) })
}

/// Returns the routes that a run may have changed.
fn routes(kernel: &mut dyn Kernel, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError> {
    let mut routes = interface.map_or(Ok(Vec::new()), |index| kernel.routes_through(index))?;
    routes.extend(kernel.strays(interface)?);
    Ok(routes)
}

/// Returns the routes that these requests are about.
fn requested(requests: &[&Request], mut routes: Vec<KernelRoute>) -> Vec<KernelRoute> {
    let requested = sorted(requests.iter().map(|request| request.route()));
    routes.retain(|route| requested.binary_search(&route).is_ok());
    routes
}

/// Returns the routes that are in the first list and not in the second.
fn difference(first: &[KernelRoute], second: &[KernelRoute]) -> Vec<KernelRoute> {
    let second = sorted(second.iter());
    first.iter().filter(|route| second.binary_search(route).is_err()).cloned().collect()
}

fn sorted<'r>(routes: impl Iterator<Item = &'r KernelRoute>) -> Vec<&'r KernelRoute> {
    let mut routes: Vec<&KernelRoute> = routes.collect();
    // One kind of sort for each type keeps the program small.
    routes.sort();
    routes
}
