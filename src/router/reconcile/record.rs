//! The record of a run's changes in the kernel, and their undoing.

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::error::ReconcileError;
use crate::router::kernel::{Answers, Kernel, KernelRoute, Refusal, Request};
use crate::router::reconcile::ROUNDS;

/// The routes before a run, and the requests that the run made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// The routes through kni254 before the first request.
    pub(super) before: Option<Vec<KernelRoute>>,
    pub(super) requests: Vec<Request>,
    /// True if the first round carried out all of its requests, and no other round made any.
    pub(super) is_plain: bool,
}

impl Record {
    /// Returns true if a route to this destination was requested to be added.
    pub(crate) fn has_added(&self, destination: Ipv4Net) -> bool {
        self.requests.iter().any(|request| matches!(request, Request::Add(route) if route.route.prefix == destination))
    }

    /// Returns the numbers of routes that the run added and deleted. `now` are the routes
    /// afterwards.
    pub(super) fn counts(&self, now: &[KernelRoute]) -> (usize, usize) {
        match &self.before {
            None => (0, 0),
            Some(_) if self.is_plain => {
                let added = self.requests.iter().filter(|request| matches!(request, Request::Add(_))).count();
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
            self.requests.iter().partition(|request| matches!(request, Request::Add(_)));
        (requested(&add, difference(now, before)), requested(&delete, difference(before, now)))
    }

    /// Returns the requests that undo the run's changes between `before` and `now`.
    ///
    /// Deleted routes are added before added routes are deleted, except where an added route holds
    /// the destination and metric.
    fn undoing(&self, before: &[KernelRoute], now: &[KernelRoute]) -> Vec<Request> {
        let (added, deleted) = self.effect(before, now);
        let mut missing: Vec<Route> = deleted.iter().map(|route| route.route).collect();
        missing.sort_unstable();
        let (holders, others): (Vec<_>, Vec<_>) =
            added.into_iter().partition(|route| missing.binary_search(&route.route).is_ok());
        let delete = |routes: Vec<KernelRoute>| routes.into_iter().map(Request::Delete);
        delete(holders).chain(deleted.into_iter().map(Request::Add)).chain(delete(others)).collect()
    }
}

/// Undoes the changes of a run: added routes are deleted, deleted routes are added as they were.
///
/// # Errors
///
/// Some changes could not be undone.
pub(crate) fn undo(kernel: &mut dyn Kernel, record: &Record) -> Result<(), ReconcileError> {
    let Some(before) = record.before.as_ref().filter(|_| !record.requests.is_empty()) else { return Ok(()) };
    let mut remaining = Vec::new();
    for _ in 0..ROUNDS {
        let Some(index) = kernel.interface()?.index() else { return Ok(()) };
        let now = kernel.routes_through(index)?;
        remaining = record.undoing(before, &now);
        if remaining.is_empty() {
            return Ok(());
        }
        let Answers { refused, .. } = kernel.change(&remaining)?;
        let failed: Vec<_> = refused
            .into_iter()
            .filter(|refusal| ![Refusal::EXISTS, Refusal::NOT_FOUND].contains(&refusal.errno))
            .filter_map(|refusal| Some((remaining.get(refusal.request)?.clone(), refusal)))
            .collect();
        if !failed.is_empty() {
            return Err(ReconcileError::Refused(failed));
        }
    }
    Err(ReconcileError::Differs(remaining))
}

/// Returns the routes that these requests are about.
fn requested(requests: &[&Request], mut routes: Vec<KernelRoute>) -> Vec<KernelRoute> {
    let mut requested: Vec<&KernelRoute> = requests.iter().map(|request| request.route()).collect();
    requested.sort_unstable();
    routes.retain(|route| requested.binary_search(&route).is_ok());
    routes
}

/// Returns the routes that are in the first list and not in the second.
fn difference(first: &[KernelRoute], second: &[KernelRoute]) -> Vec<KernelRoute> {
    let mut sorted: Vec<&KernelRoute> = second.iter().collect();
    sorted.sort_unstable();
    first.iter().filter(|route| sorted.binary_search(route).is_err()).cloned().collect()
}
