//! Reads the state of the kernel, and compares it with the goal.

use crate::model::Route;
use crate::router::diff::{Changes, Goal};
use crate::router::error::KernelError;
use crate::router::kernel::{Interface, Kernel, KernelRoute};

/// The state of the kernel, and its difference from the goal.
#[derive(Debug)]
pub(crate) struct Observation {
    /// The state of kni254.
    pub(crate) interface: Interface,
    /// All routes through kni254.
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
    let Some(index) = interface.index() else {
        let waiting = goal.wanted().to_vec();
        return Ok(Observation { interface, routes: Vec::new(), changes: Changes::default(), waiting });
    };
    let routes = kernel.routes_through(index)?;
    let missing = goal.missing(index, &routes);
    let holders = if missing.is_empty() { Vec::new() } else { kernel.holders(&missing)? };
    let changes = goal.changes(index, &routes, &holders);
    if let Interface::WithoutAddress(_) = interface {
        let changes = deletions_only(changes, &missing);
        return Ok(Observation { interface, routes, changes, waiting: missing });
    }
    Ok(Observation { interface, routes, changes, waiting: Vec::new() })
}

/// Drops the changes that need the interface's address. A route that waits for its replacement
/// stays.
fn deletions_only(changes: Changes, waiting: &[Route]) -> Changes {
    let delete = changes.delete.into_iter().filter(|route| !has_destination(waiting, route)).collect();
    Changes { delete, ..Changes::default() }
}

/// Returns true if one of these sorted routes has the destination of a kernel's route.
fn has_destination(routes: &[Route], route: &KernelRoute) -> bool {
    let first = routes.partition_point(|other| other.prefix < route.route.prefix);
    routes.get(first).is_some_and(|other| other.prefix == route.route.prefix)
}
