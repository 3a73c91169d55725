//! Reads the state of the kernel, and compares it with the goal.

use crate::model::Route;
use crate::router::diff::{Changes, Goal, Presence};
use crate::router::error::KernelError;
use crate::router::kernel::{Interface, Kernel, KernelRoute};

/// The state of the kernel, and its difference from the goal.
#[derive(Debug)]
pub(crate) struct Observation {
    /// The state of kni254.
    pub(crate) interface: Interface,
    /// All routes through kni254, and those of ours through an interface that had this name.
    pub(crate) routes: Vec<KernelRoute>,
    /// The changes that are necessary and possible now.
    pub(crate) changes: Changes,
    /// The wanted routes that cannot be added until the interface is ready.
    pub(crate) waiting: Vec<Route>,
}

/// Reads the state of the kernel. Changes nothing.
///
/// # Errors
///
/// A query to the kernel failed.
pub(crate) fn observe(kernel: &mut dyn Kernel, goal: &Goal) -> Result<Observation, KernelError> {
    let interface = kernel.interface()?;
    let index = interface.index();
    let mut routes = index.map_or(Ok(Vec::new()), |index| kernel.routes_through(index))?;
    let owners = goal.ownership().owners(index, &routes);
    let Presence { missing, is_marked, has_others } = goal.presence(&owners, &routes);
    // The run that added routes to this kni254 deleted those of an interface that had this name.
    let strays = if is_marked { Vec::new() } else { kernel.strays(index)? };
    // Most runs find nothing to do, and this saves the time to look at each route again.
    if missing.is_empty() && strays.is_empty() && !has_others {
        return Ok(Observation { interface, routes, changes: Changes::default(), waiting: Vec::new() });
    }
    routes.extend(strays);
    if let Interface::Ready(index) = interface {
        let holders = if missing.is_empty() { Vec::new() } else { kernel.holders(&missing)? };
        let changes = goal.changes(index, &owners, &routes, &missing, &holders);
        return Ok(Observation { interface, routes, changes, waiting: Vec::new() });
    }
    let mut changes = Changes::default();
    goal.delete_unwanted(&owners, &routes, &mut changes);
    let waiting = if goal.is_exact() { &[][..] } else { &missing };
    let changes = deletions_only(changes, waiting);
    Ok(Observation { interface, routes, changes, waiting: missing })
}

/// Drops the changes that need an interface that is ready. A route that waits for its replacement
/// stays.
fn deletions_only(changes: Changes, waiting: &[Route]) -> Changes {
    let without_replacement =
        |routes: Vec<KernelRoute>| routes.into_iter().filter(|route| !has_destination(waiting, route)).collect();
    let (delete, postponed) = (without_replacement(changes.delete), without_replacement(changes.postponed));
    Changes { delete, postponed, ..Changes::default() }
}

/// Returns true if one of these sorted routes has the destination of a kernel's route.
fn has_destination(routes: &[Route], route: &KernelRoute) -> bool {
    let first = routes.partition_point(|other| other.prefix < route.route.prefix);
    routes.get(first).is_some_and(|other| other.prefix == route.route.prefix)
}
