//! The difference between the routes that the kernel should have and those that it has.
//!
//! Everything here is computed without requests to the kernel.

use std::collections::{BTreeSet, HashSet};

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::kernel::{Form, KernelRoute, Protocol, Request};
use crate::router::ownership::Ownership;

/// The routes that the kernel should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The wanted routes, sorted.
    wanted: Vec<Route>,
    /// The protocol of the routes that are added.
    protocol: Protocol,
    ownership: Ownership,
    /// True if a vouched route is not wanted.
    has_leftovers: bool,
}

/// The changes after which the kernel agrees with a goal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Routes of ours that hold the destination and metric of a wanted route, and the replacement
    /// of each.
    pub(crate) replace: Vec<(KernelRoute, KernelRoute)>,
    /// Routes to add.
    pub(crate) add: Vec<KernelRoute>,
    /// Routes of ours to delete, after all others are added.
    pub(crate) delete: Vec<KernelRoute>,
    /// Wanted routes that cannot be added.
    pub(crate) conflicts: Vec<Conflict>,
}

/// A wanted route that is left out: another program's route has its destination and metric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The wanted route.
    pub wanted: Route,
    /// The other program's route.
    pub holder: KernelRoute,
}

impl Goal {
    /// Creates a goal of these wanted routes, which are added under `protocol`.
    ///
    /// `vouched` are the routes that a backend stored before the run. They are ours too.
    #[must_use]
    pub fn new(mut wanted: Vec<Route>, protocol: Protocol, vouched: &[Route]) -> Self {
        wanted.sort();
        wanted.dedup();
        let leftovers: Vec<Route> =
            vouched.iter().filter(|route| wanted.binary_search(route).is_err()).copied().collect();
        let has_leftovers = !leftovers.is_empty();
        let ownership = Ownership::new([&wanted[..], &leftovers].concat());
        Self { wanted, protocol, ownership, has_leftovers }
    }

    /// Returns the wanted routes, sorted.
    pub(crate) fn wanted(&self) -> &[Route] {
        &self.wanted
    }

    /// Returns the rule that distinguishes our routes from those of others.
    #[must_use]
    pub fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    /// Returns true if a route that was stored before the run is not wanted.
    pub(crate) fn has_leftovers(&self) -> bool {
        self.has_leftovers
    }

    /// Returns true if an existing route fulfils a wanted one.
    ///
    /// A route that the network scripts added serves too, under its own protocol. If the goal has
    /// another protocol, a route of protocol 128 does not serve, because the file belongs to the
    /// operator again.
    fn is_met_by(&self, route: &KernelRoute, interface: u32) -> bool {
        self.ownership.is_ours(route, interface)
            && route.form == Form::Plain
            && (route.protocol != Protocol::OURS || self.protocol == Protocol::OURS)
    }

    /// Returns the wanted routes that are not among `observed`, all routes through the interface.
    pub(crate) fn missing(&self, interface: u32, observed: &[KernelRoute]) -> Vec<Route> {
        let mut met: Vec<Route> =
            observed.iter().filter(|route| self.is_met_by(route, interface)).map(|route| route.route).collect();
        // The kernel lists them nearly in order, which makes this sort fast.
        met.sort();
        let mut met = met.into_iter().peekable();
        let is_missing = |wanted: &&Route| {
            while met.next_if(|route| route < *wanted).is_some() {}
            met.peek() != Some(*wanted)
        };
        self.wanted.iter().filter(is_missing).copied().collect()
    }

    /// Returns the changes after which the kernel agrees with this goal.
    ///
    /// `observed` are all routes through the interface. `holders` are the routes of the whole table
    /// with the destination and metric of a missing one.
    pub(crate) fn changes(&self, interface: u32, observed: &[KernelRoute], holders: &[KernelRoute]) -> Changes {
        let mut changes = Changes::default();
        let mut holders: Vec<&KernelRoute> = holders.iter().collect();
        holders.sort_unstable();
        for wanted in self.missing(interface, observed) {
            let install = KernelRoute { protocol: self.protocol, ..KernelRoute::ours(wanted, interface) };
            let first = holders.partition_point(|holder| holder.route < wanted);
            let same = holders[first..].iter().take_while(|holder| holder.route == wanted);
            let in_place: Vec<&KernelRoute> = same.copied().filter(|holder| holder.holds(wanted)).collect();
            match in_place.iter().find(|holder| !self.ownership.is_ours(holder, interface)) {
                Some(&holder) => changes.conflicts.push(Conflict { wanted, holder: holder.clone() }),
                None => match in_place.first() {
                    Some(&own) => changes.replace.push((own.clone(), install)),
                    None => changes.add.push(install),
                },
            }
        }
        self.delete_unwanted(interface, observed, &mut changes);
        changes
    }

    /// Adds the deletions of routes of ours that are not wanted.
    ///
    /// A destination keeps its old metric if the new one is a conflict. The old route is not a line
    /// of the file any more. So it needs protocol 128, by which a later run recognizes it as ours.
    fn delete_unwanted(&self, interface: u32, observed: &[KernelRoute], changes: &mut Changes) {
        let blocked: HashSet<Ipv4Net> = changes.conflicts.iter().map(|conflict| conflict.wanted.prefix).collect();
        let replaced: BTreeSet<KernelRoute> = changes.replace.iter().map(|(own, _)| own.clone()).collect();
        for route in observed {
            let is_wanted = self.wanted.binary_search(&route.route).is_ok();
            let is_ours = self.ownership.is_ours(route, interface);
            if !is_ours || is_wanted && self.is_met_by(route, interface) || replaced.contains(route) {
                continue;
            }
            let is_substitute = route.form == Form::Plain && !is_wanted && blocked.contains(&route.route.prefix);
            match route.protocol {
                Protocol::OURS if is_substitute => {}
                _ if is_substitute => {
                    changes.replace.push((route.clone(), KernelRoute::ours(route.route, interface)));
                }
                _ => changes.delete.push(route.clone()),
            }
        }
    }
}

impl Changes {
    /// Returns true if there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.replace.is_empty() && self.add.is_empty() && self.delete.is_empty()
    }

    /// Returns the requests that add routes, in order. A replacement leaves a gap of a few
    /// microseconds.
    pub(crate) fn additions(&self) -> Vec<Request> {
        let replace =
            self.replace.iter().flat_map(|(own, new)| [Request::Delete(own.clone()), Request::Add(new.clone())]);
        replace.chain(self.add.iter().cloned().map(Request::Add)).collect()
    }

    /// Returns the requests that delete routes. They come after the additions.
    pub(crate) fn deletions(&self) -> Vec<Request> {
        self.delete.iter().cloned().map(Request::Delete).collect()
    }

    /// Returns all requests, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        [self.additions(), self.deletions()].concat()
    }
}
