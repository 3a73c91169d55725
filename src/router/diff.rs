//! The difference between the routes that the kernel should have and those that it has.
//!
//! Everything here is computed without requests to the kernel.

use std::collections::{BTreeSet, HashSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::kernel::{Form, KernelRoute, Protocol, Request};
use crate::router::ownership::{Claim, Owner, Owners, Ownership};

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
    /// True after the storage has the wanted routes.
    is_installed: bool,
    /// True if routes of ours that are not wanted are deleted even while a wanted one cannot take
    /// their place. They are those of a trial.
    is_exact: bool,
    /// Routes of ours that are not deleted, although they are not wanted. Sorted.
    spared: Vec<Route>,
}

/// The wanted routes that the kernel has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    /// The wanted routes that it does not have, sorted.
    pub(crate) missing: Vec<Route>,
    /// True if there are wanted routes, and the kernel has all of them with protocol 128.
    pub(crate) is_marked: bool,
    /// True if kni254 may have other routes of ours.
    pub(crate) has_others: bool,
}

/// The changes after which the kernel agrees with a goal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Routes to add.
    pub(crate) add: Vec<KernelRoute>,
    /// Routes to add after a copy that someone else keeps.
    pub(crate) append: Vec<KernelRoute>,
    /// Routes of ours that hold the destination and metric of a wanted route, and the replacement
    /// of each.
    pub(crate) replace: Vec<(KernelRoute, KernelRoute)>,
    /// Routes of ours that a line of the operator names, and the operator's route in place of each.
    pub(crate) hand_over: Vec<(KernelRoute, KernelRoute)>,
    /// Routes of ours to delete, after all others are added.
    pub(crate) delete: Vec<KernelRoute>,
    /// Routes of ours to delete after the storage is installed.
    pub(crate) postponed: Vec<KernelRoute>,
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

/// Removes the routes of these conflicts.
pub(crate) fn leave_out(routes: &mut Vec<Route>, conflicts: &[Conflict]) {
    routes.retain(|route| !conflicts.iter().any(|conflict| conflict.wanted == *route));
}

impl Goal {
    /// Creates a goal of these wanted routes, which are added under `protocol`.
    ///
    /// `vouched` are the routes that a backend stored before the run: they are ours. `claims` are
    /// the operator's.
    #[must_use]
    pub fn new(mut wanted: Vec<Route>, protocol: Protocol, vouched: &[Route], claims: &[Claim]) -> Self {
        wanted.sort();
        wanted.dedup();
        let ownership = Ownership::new(vouched, claims);
        let has_leftovers = !ownership.has_no_other_lines(&wanted);
        let spared = Vec::new();
        Self { wanted, protocol, ownership, has_leftovers, is_installed: false, is_exact: false, spared }
    }

    /// Returns the goal after the storage is installed. Routes whose deletion was postponed are
    /// deleted now, and their copies are not vouched for any more.
    #[must_use]
    pub fn after_install(&self, postponed: &[Route]) -> Self {
        Self { ownership: self.ownership.without_lines(postponed), is_installed: true, ..self.clone() }
    }

    /// Returns the goal of the end of a trial: apart from the wanted routes and those that are
    /// spared, no route of ours stays.
    #[must_use]
    pub fn exactly(self, mut spared: Vec<Route>) -> Self {
        spared.sort();
        Self { is_exact: true, spared, ..self }
    }

    /// Returns true for the goal of the end of a trial.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Returns the wanted routes, sorted.
    pub(crate) fn wanted(&self) -> &[Route] {
        &self.wanted
    }

    /// Returns the wanted route that an address uses: the one with the longest prefix, and of those
    /// the one with the lowest metric.
    pub(crate) fn route_to(&self, address: Ipv4Addr) -> Option<Route> {
        (0..=32).rev().find_map(|length| {
            let prefix = Ipv4Net::new(address, length).ok()?.trunc();
            let first = self.wanted.partition_point(|route| route.prefix < prefix);
            self.wanted.get(first).filter(|route| route.prefix == prefix).copied()
        })
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
    fn is_met_by(&self, route: &KernelRoute, owners: &Owners<'_>, is_ours: bool) -> bool {
        let serves = match self.protocol {
            Protocol::OURS => is_ours,
            _ => route.protocol.is_of_scripts(),
        };
        serves && route.form == Form::Plain && owners.is_through(route)
    }

    /// Looks for the wanted routes among `observed`, all routes through the interface.
    pub(crate) fn presence(&self, owners: &Owners<'_>, observed: &[KernelRoute]) -> Presence {
        let mut owned = 0;
        let meets = |route: &&KernelRoute| {
            let is_ours = owners.is_ours(route);
            owned += usize::from(is_ours);
            self.is_met_by(route, owners, is_ours)
        };
        let mut met: Vec<&KernelRoute> = observed.iter().filter(meets).collect();
        // The kernel lists them nearly in order, which makes this sort fast.
        met.sort();
        let mut met = met.into_iter().peekable();
        let mut presence = Presence { missing: Vec::new(), is_marked: !self.wanted.is_empty(), has_others: true };
        for wanted in &self.wanted {
            while met.next_if(|route| route.route < *wanted).is_some() {}
            match met.peek() {
                Some(route) if route.route == *wanted => presence.is_marked &= route.protocol == Protocol::OURS,
                _ => presence.missing.push(*wanted),
            }
        }
        presence.is_marked &= presence.missing.is_empty();
        let present = self.wanted.len() - presence.missing.len();
        presence.has_others = owned != if self.protocol == Protocol::OURS { present } else { 0 };
        presence
    }

    /// Returns the changes after which the kernel agrees with this goal.
    ///
    /// `observed` are all routes through the interface. `holders` are the routes of the whole table
    /// with the destination and metric of one of the `missing` routes.
    pub(crate) fn changes(
        &self,
        interface: u32,
        owners: &Owners<'_>,
        observed: &[KernelRoute],
        missing: &[Route],
        holders: &[KernelRoute],
    ) -> Changes {
        let mut changes = Changes::default();
        let mut holders: Vec<&KernelRoute> = holders.iter().collect();
        holders.sort();
        for &wanted in missing {
            let install = self.added(wanted, interface);
            let first = holders.partition_point(|holder| holder.route < wanted);
            let same = holders[first..].iter().take_while(|holder| holder.route == wanted);
            let in_place: Vec<&KernelRoute> = same.copied().filter(|holder| holder.holds(wanted)).collect();
            let find = |owner: Owner| in_place.iter().find(|holder| owners.of(holder) == owner);
            if find(Owner::Copy).is_some() {
                // Without a route of ours beside it, a later run would take the copy for a line.
                changes.append.push(install);
            } else if let Some(&holder) = find(Owner::Another) {
                changes.conflicts.push(Conflict { wanted, holder: holder.clone() });
            } else if let Some(&own) = find(Owner::Ours) {
                changes.replace.push((own.clone(), install));
            } else {
                changes.add.push(install);
            }
        }
        self.delete_unwanted(owners, observed, &mut changes);
        changes
    }

    /// Returns a route as it is added for this goal.
    fn added(&self, route: Route, interface: u32) -> KernelRoute {
        KernelRoute { protocol: self.protocol, ..KernelRoute::ours(route, interface) }
    }

    /// Adds the deletions of routes of ours that are not wanted.
    ///
    /// A destination keeps its old metric if the new one is a conflict. The old route is not a line
    /// of the file any more. So it needs protocol 128, by which a later run recognizes it as ours.
    ///
    /// A copy of a route of ours looks like a line of the file without the route beside it. So the
    /// route is deleted after the line, or a run that is killed in between would delete the copy.
    pub(crate) fn delete_unwanted(&self, owners: &Owners<'_>, observed: &[KernelRoute], changes: &mut Changes) {
        let conflicts = changes.conflicts.iter().filter(|_| !self.is_exact);
        let blocked: HashSet<Ipv4Net> = conflicts.map(|conflict| conflict.wanted.prefix).collect();
        let replaced: BTreeSet<KernelRoute> = changes.replace.iter().map(|(own, _)| own.clone()).collect();
        // The operator's route may be there in another form.
        let is_alone = |route: &KernelRoute| {
            let mut others = observed.iter().filter(|other| owners.is_through(other) && !owners.is_ours(other));
            !others.any(|other| other.holds(route.route))
        };
        for route in observed {
            if !owners.is_ours(route) {
                continue;
            }
            let is_wanted = self.wanted.binary_search(&route.route).is_ok();
            if is_wanted && self.is_met_by(route, owners, true) || replaced.contains(route) {
                continue;
            }
            if route.protocol == Protocol::OURS && self.spared.binary_search(&route.route).is_ok() {
                continue;
            }
            let is_leftover = route.form == Form::Plain && !is_wanted && owners.is_through(route);
            match (route.protocol, route.interface) {
                (Protocol::OURS, _) if is_leftover && blocked.contains(&route.route.prefix) => {}
                (_, Some(interface)) if is_leftover && blocked.contains(&route.route.prefix) => {
                    changes.replace.push((route.clone(), KernelRoute::ours(route.route, interface)));
                }
                (Protocol::OURS, _) if is_leftover && owners.is_claimed(route) && is_alone(route) => {
                    changes.hand_over.push((route.clone(), KernelRoute { protocol: Protocol::BOOT, ..route.clone() }));
                }
                (Protocol::OURS, _) if is_leftover && !self.is_installed && owners.protects_copy(route) => {
                    changes.postponed.push(route.clone());
                }
                _ => changes.delete.push(route.clone()),
            }
        }
    }
}

impl Changes {
    /// Returns true if there is nothing to do before the storage is installed.
    pub(crate) fn is_empty(&self) -> bool {
        self.additions().is_empty() && self.delete.is_empty()
    }

    /// Returns the requests that add routes, in order. A replacement is added before the route that
    /// it replaces is deleted, so traffic has a route all the time.
    pub(crate) fn additions(&self) -> Vec<Request> {
        let replacements = self.replace.iter().chain(&self.hand_over).map(|(_, new)| new);
        let appended = self.append.iter().chain(replacements).cloned().map(Request::Append);
        self.add.iter().cloned().map(Request::Add).chain(appended).collect()
    }

    /// Returns the requests that delete routes. They come after the additions.
    pub(crate) fn deletions(&self) -> Vec<Request> {
        let replaced = self.replace.iter().chain(&self.hand_over).map(|(own, _)| own);
        replaced.chain(&self.delete).cloned().map(Request::Delete).collect()
    }

    /// Returns all requests, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let postponed = self.postponed.iter().cloned().map(Request::Delete).collect();
        [self.additions(), self.deletions(), postponed].concat()
    }
}
