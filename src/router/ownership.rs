//! Ownership: the routes of the kernel that are ours to change.

use crate::model::Route;
use crate::router::kernel::{Form, KernelRoute, Protocol};

/// The owner of a route of the main table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This program may change and delete the route.
    Ours,
    /// Someone else keeps the route, which leads to the same gateway as a route of ours. So a route
    /// of ours with its destination and metric is added after it, which is not a conflict.
    Copy,
    /// Someone else keeps the route.
    Another,
}

/// A line of the operator about a route through kni254.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Destination and metric.
    pub route: Route,
    /// True if the route of the line has the form of ours.
    pub is_exact: bool,
}

/// The lines of the route file that decide about routes without our protocol.
///
/// The rules are in `docs/router.md`, "The kernel". A route of the main table is ours in two cases:
///
/// - Its protocol is 128, which this program gives to all routes that it adds. It leads through
///   kni254, or to the gateway of kni254 through an interface that had this name.
/// - Its protocol is `boot` or `static`, and it is exactly a line that was below the marker before
///   the run. The network scripts and NetworkManager add the lines of the file under these
///   protocols. Nobody else has a claim to the route: no line above the marker is about it, and it
///   is not beside a route of protocol 128, which the scripts cannot do.
///
/// All other routes belong to other programs or the operator, and are never changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The routes of the lines below the marker, sorted.
    lines: Vec<Route>,
    /// The routes of the lines above the marker, sorted.
    claimed: Vec<Route>,
    /// Those of lines whose route has the form of ours, sorted.
    claimed_exactly: Vec<Route>,
}

impl Ownership {
    /// Creates the rule for the routes of the lines below the marker, and for the lines above it.
    #[must_use]
    pub fn new(lines: &[Route], claims: &[Claim]) -> Self {
        let exact = claims.iter().filter(|claim| claim.is_exact);
        Self {
            lines: sorted(lines.iter().copied()),
            claimed: sorted(claims.iter().map(|claim| claim.route)),
            claimed_exactly: sorted(exact.map(|claim| claim.route)),
        }
    }

    /// Returns true if no line is about a route that is not in this sorted list.
    pub(crate) fn has_no_other_lines(&self, routes: &[Route]) -> bool {
        self.lines == routes || self.lines.iter().all(|line| routes.binary_search(line).is_ok())
    }

    /// Returns the rule without these lines.
    pub(crate) fn without_lines(&self, routes: &[Route]) -> Self {
        let lines = self.lines.iter().filter(|line| !routes.contains(line)).copied().collect();
        Self { lines, ..self.clone() }
    }

    /// Returns the owners in one state of the main table. `routes` are all routes through kni254,
    /// whose index is `interface`.
    #[must_use]
    pub fn owners<'o>(&'o self, interface: Option<u32>, routes: &[KernelRoute]) -> Owners<'o> {
        let is_plain = |route: &&KernelRoute| route.form == Form::Plain && route.interface == interface;
        let plain = |is_of: fn(Protocol) -> bool| {
            sorted(routes.iter().filter(is_plain).filter(|route| is_of(route.protocol)).map(|route| route.route))
        };
        let unmarked = if interface.is_some() { plain(Protocol::is_of_scripts) } else { Vec::new() };
        // Most tables have no such route, and this saves the time to sort all others.
        let marked = if unmarked.is_empty() { Vec::new() } else { plain(|protocol| protocol == Protocol::OURS) };
        Owners { ownership: self, interface, marked, unmarked }
    }
}

/// The owners of the routes in one state of the main table.
#[derive(Clone, Debug)]
pub struct Owners<'o> {
    ownership: &'o Ownership,
    /// The index of kni254.
    interface: Option<u32>,
    /// The plain routes of protocol 128, sorted. Empty if there are no unmarked ones.
    marked: Vec<Route>,
    /// The plain routes of protocol `boot` and `static`, sorted.
    unmarked: Vec<Route>,
}

impl Owners<'_> {
    /// Returns the owner of a route.
    #[must_use]
    pub fn of(&self, route: &KernelRoute) -> Owner {
        let is_plain = route.form == Form::Plain;
        match (self.is_through(route), route.protocol) {
            (true, Protocol::OURS) => Owner::Ours,
            // Only routes of ours have this protocol and gateway: kni254 was renamed.
            (false, Protocol::OURS) if is_plain && route.interface.is_some() => Owner::Ours,
            (true, protocol) if is_plain && protocol.is_of_scripts() => {
                if self.is_line(route) && !has(&self.marked, route) { Owner::Ours } else { Owner::Copy }
            }
            _ => Owner::Another,
        }
    }

    /// Returns true if a route is ours.
    #[must_use]
    pub fn is_ours(&self, route: &KernelRoute) -> bool {
        self.of(route) == Owner::Ours
    }

    /// Returns true if a route leads through kni254.
    pub(crate) fn is_through(&self, route: &KernelRoute) -> bool {
        self.interface.is_some() && route.interface == self.interface
    }

    /// Returns true if a line above the marker is about exactly this route of ours.
    pub(crate) fn is_claimed(&self, route: &KernelRoute) -> bool {
        has(&self.ownership.claimed_exactly, route)
    }

    /// Returns true if a route of ours keeps a copy of it from looking like a line of the file.
    pub(crate) fn protects_copy(&self, route: &KernelRoute) -> bool {
        has(&self.marked, route) && has(&self.unmarked, route) && self.is_line(route)
    }

    /// Returns true if a line below the marker is about a route, and none above it.
    fn is_line(&self, route: &KernelRoute) -> bool {
        has(&self.ownership.lines, route) && !has(&self.ownership.claimed, route)
    }
}

fn sorted(routes: impl Iterator<Item = Route>) -> Vec<Route> {
    let mut routes: Vec<Route> = routes.collect();
    routes.sort();
    routes.dedup();
    routes
}

fn has(sorted: &[Route], route: &KernelRoute) -> bool {
    sorted.binary_search(&route.route).is_ok()
}
