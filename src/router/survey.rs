//! Checks whether the routes that the kernel has are used.
//!
//! A wanted route can be in the kernel and still not carry its traffic: kni254 has no carrier,
//! another route has the same destination and metric, or a rule selects another table.

use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::model::Route;
use crate::model::route::default_prefix;
use crate::router::diff::{Conflict, Goal};
use crate::router::error::KernelError;
use crate::router::kernel::{Interface, Kernel, KernelRoute, Path};
use crate::router::ownership::Owner;

/// The most addresses that are looked up to find one that only the default route covers.
const LOOKUPS: usize = 16;

/// The wanted routes whose places in the kernel are checked for further routes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'s> {
    /// All routes. This reads the whole main table.
    All,
    /// The default route, and these routes.
    Default(&'s [Route]),
}

/// A way that the kernel uses in place of a route of ours, because of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    /// The table that the rule selects. `None` if the rule refuses the traffic.
    pub table: Option<u32>,
    /// The name of the interface; `None` for none or several.
    pub interface: Option<String>,
}

impl fmt::Display for Shadow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.table, &self.interface) {
            (None, _) => write!(f, "a rule refuses the traffic"),
            (Some(table), None) => write!(f, "a rule selects table {table}"),
            (Some(table), Some(interface)) => write!(f, "a rule selects table {table} ({interface})"),
        }
    }
}

/// The result of the check.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// True if kni254 is up, but has no carrier.
    pub(crate) lacks_carrier: bool,
    /// Wanted routes that are in the kernel, each with another route in its place.
    pub(crate) shared: Vec<Conflict>,
    /// Wanted routes that are not used because of a rule: the default route, and routes to peers.
    /// Sorted.
    pub(crate) shadows: Vec<(Route, Shadow)>,
}

/// Checks the wanted routes that are in the kernel. `absent` are those that are not, sorted. None
/// of them may wait for the interface. The routes to `peers` are checked in any scope.
///
/// # Errors
///
/// A query to the kernel failed.
pub(crate) fn survey(
    kernel: &mut dyn Kernel,
    goal: &Goal,
    interface: Interface,
    absent: &[Route],
    scope: Scope<'_>,
    peers: &[Ipv4Addr],
) -> Result<Survey, KernelError> {
    let Some(index) = interface.index() else { return Ok(Survey::default()) };
    let is_present = |route: &Route| absent.binary_search(route).is_err();
    let default = goal.wanted().first().filter(|route| route.prefix == default_prefix() && is_present(route)).copied();
    let mut checked: Vec<Route> = match scope {
        Scope::All => goal.wanted().iter().filter(|route| is_present(route)).copied().collect(),
        Scope::Default(known) => {
            let is_checked = |route: &&Route| known.contains(route) && Some(**route) != default && is_present(route);
            goal.wanted().iter().filter(is_checked).copied().collect()
        }
    };
    let result = (|| {
        let lacks_carrier = !goal.wanted().is_empty() && !kernel.has_carrier(index)?;
        let is_looked_up = default.is_some() || !peers.is_empty();
        let has_usual_rules = !is_looked_up || kernel.has_usual_rules()?;
        let mut shadows = Vec::new();
        for peer in peers {
            let Some(route) = goal.route_to(*peer).filter(is_present) else { continue };
            match kernel.path_to(*peer, None)? {
                Some(path) if path.interface == Some(index) || path.is_local => {}
                // Another route is in the place of ours.
                Some(path) if path.table == Path::MAIN && path.prefix == route.prefix => checked.push(route),
                // A route of the main table to fewer addresses is preferred by right.
                Some(path) if path.table == Path::MAIN => {}
                other if !has_usual_rules => shadows.push((route, shadow(other, kernel))),
                _ => {}
            }
        }
        checked.sort();
        checked.dedup();
        let mut others = if checked.is_empty() { Vec::new() } else { kernel.holders(&checked)? };
        if let (Some(default), Scope::Default(_)) = (default, scope) {
            others.extend(kernel.default_routes()?.into_iter().filter(|route| route.route == default));
        }
        let shared = shared(goal, index, others);
        if let Some(default) = default.filter(|_| !has_usual_rules) {
            shadows.extend(shadow_of_default(kernel)?.map(|shadow| (default, shadow)));
        }
        shadows.sort_by_key(|(route, _)| *route);
        shadows.dedup_by_key(|(route, _)| *route);
        Ok(Survey { lacks_carrier, shared, shadows })
    })();
    match result {
        // The interface went away. The next run reports it.
        Err(error) if KernelError::is_gone(&error) => Ok(Survey::default()),
        other => other,
    }
}

fn shared(goal: &Goal, interface: u32, others: Vec<KernelRoute>) -> Vec<Conflict> {
    // A copy of a wanted route leads to the same gateway, whoever keeps it.
    let owners = goal.ownership().owners(Some(interface), &[]);
    let is_holder = |route: &KernelRoute| route.holds(route.route) && owners.of(route) == Owner::Another;
    let mut shared: Vec<Conflict> =
        others.into_iter().filter(is_holder).map(|holder| Conflict { wanted: holder.route, holder }).collect();
    shared.sort();
    shared.dedup_by_key(|conflict| conflict.wanted);
    shared
}

/// Describes the way that the kernel uses in place of a route of ours.
fn shadow(path: Option<Path>, kernel: &mut dyn Kernel) -> Shadow {
    let Some(path) = path else { return Shadow { table: None, interface: None } };
    let interface = path.interface.map(|interface| kernel.interface_name(interface));
    Shadow { table: Some(path.table), interface }
}

/// Returns the default route of another table, if a rule makes the kernel use it.
///
/// The lookup needs an address that no other route covers. If a more specific route covers an
/// address, the next one is after the destination of that route.
fn shadow_of_default(kernel: &mut dyn Kernel) -> Result<Option<Shadow>, KernelError> {
    let mut address = Ipv4Addr::new(1, 0, 0, 1);
    let mut refusals = 0;
    for _ in 0..LOOKUPS {
        let last = match kernel.path_to(address, None)? {
            Some(path) if path.prefix == default_prefix() => {
                return Ok((path.table != Path::MAIN).then(|| shadow(Some(path), kernel)));
            }
            Some(path) => path.prefix.broadcast(),
            None => {
                refusals += 1;
                Ipv4Addr::new(address.octets()[0], 255, 255, 255)
            }
        };
        // Two addresses after the last one: the first host of the next network.
        match u32::from(last).checked_add(2).map(Ipv4Addr::from) {
            Some(next) if next.is_loopback() => address = Ipv4Addr::new(128, 0, 0, 1),
            Some(next) if next.octets()[0] < 224 => address = next,
            _ => break,
        }
    }
    Ok((refusals == LOOKUPS).then_some(Shadow { table: None, interface: None }))
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
