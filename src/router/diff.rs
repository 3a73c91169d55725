//! What is ours in the kernel, and what would make the kernel right. Pure: no request is made here.

use std::collections::{BTreeSet, HashSet};

use ipnet::Ipv4Net;

use crate::model::Route;
use crate::router::kernel::{Form, KernelRoute, Protocol, Request};

/// What the kernel is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    wanted: Vec<Route>,
    protocol: Protocol,
    /// Lines of the file so far that are not wanted, sorted.
    leftovers: Vec<Route>,
}

/// What has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Routes of ours that stand in the way of a wanted one with the same destination and metric, and what takes their place.
    pub replace: Vec<(KernelRoute, KernelRoute)>,
    /// Routes to put in.
    pub add: Vec<KernelRoute>,
    /// Routes of ours to take out, once all others are in.
    pub delete: Vec<KernelRoute>,
    /// Wanted routes whose place is another's.
    pub conflicts: Vec<Conflict>,
}

/// A wanted route that is left out, since its destination and metric are another's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The route that is wanted.
    pub wanted: Route,
    /// The route that is there.
    pub holder: KernelRoute,
}

impl Goal {
    /// `wanted`: the routes to have, put in under `protocol`. `before`: what else stood below the marker of the route file, or
    /// in the file that is taken over.
    #[must_use]
    pub fn new(mut wanted: Vec<Route>, protocol: Protocol, before: &[Route]) -> Self {
        wanted.sort();
        wanted.dedup();
        let mut leftovers: Vec<Route> =
            before.iter().filter(|line| wanted.binary_search(line).is_err()).copied().collect();
        leftovers.sort_unstable();
        Self { wanted, protocol, leftovers }
    }

    /// The wanted routes, sorted.
    #[must_use]
    pub fn wanted(&self) -> &[Route] {
        &self.wanted
    }

    /// Whether the file so far has lines that are not wanted.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        !self.leftovers.is_empty()
    }

    /// Whether a route of the main table is ours to take out: of our protocol through kni254; or made there by the network scripts
    /// or by hand and exactly a line of our part of the route file, before or after this change. Everything else is another's.
    #[must_use]
    pub fn owns(&self, route: &KernelRoute, interface: u32) -> bool {
        route.interface == Some(interface)
            && (route.protocol == Protocol::OURS
                || matches!(route.protocol, Protocol::BOOT | Protocol::STATIC)
                    && route.form == Form::Plain
                    && [&self.wanted, &self.leftovers].iter().any(|lines| lines.binary_search(&route.route).is_ok()))
    }

    /// Whether a route does all that is wanted of it. One that the network scripts put in does too, unless it is to be remembered
    /// as ours; one of ours does not where the file is an operator's again.
    fn is_met_by(&self, route: &KernelRoute, interface: u32) -> bool {
        self.owns(route, interface)
            && route.form == Form::Plain
            && (route.protocol != Protocol::OURS || self.protocol == Protocol::OURS)
    }

    /// The wanted routes that `observed`, all routes through the interface, does not have.
    #[must_use]
    pub fn missing(&self, interface: u32, observed: &[KernelRoute]) -> Vec<Route> {
        let mut met: Vec<Route> =
            observed.iter().filter(|route| self.is_met_by(route, interface)).map(|route| route.route).collect();
        // The kernel gives them nearly in order, which this sort makes use of.
        met.sort();
        let mut met = met.into_iter().peekable();
        let is_missing = |wanted: &&Route| {
            while met.next_if(|route| route < *wanted).is_some() {}
            met.peek() != Some(*wanted)
        };
        self.wanted.iter().filter(is_missing).copied().collect()
    }

    /// What has to change. `observed`: all routes through the interface; `holders`: the routes of the whole table that hold the
    /// destination and metric of a missing one.
    #[must_use]
    pub fn changes(&self, interface: u32, observed: &[KernelRoute], holders: &[KernelRoute]) -> Changes {
        let mut changes = Changes::default();
        let mut holders: Vec<&KernelRoute> = holders.iter().collect();
        holders.sort_unstable();
        for wanted in self.missing(interface, observed) {
            let install = KernelRoute { protocol: self.protocol, ..KernelRoute::ours(wanted, interface) };
            let first = holders.partition_point(|holder| holder.route < wanted);
            let same = holders[first..].iter().take_while(|holder| holder.route == wanted);
            let in_place: Vec<&KernelRoute> = same.copied().filter(|holder| holder.holds(wanted)).collect();
            match in_place.iter().find(|holder| !self.owns(holder, interface)) {
                Some(&holder) => changes.conflicts.push(Conflict { wanted, holder: holder.clone() }),
                None => match in_place.first() {
                    Some(&own) => changes.replace.push((own.clone(), install)),
                    None => changes.add.push(install),
                },
            }
        }
        self.take_out(interface, observed, &mut changes);
        changes
    }

    fn take_out(&self, interface: u32, observed: &[KernelRoute], changes: &mut Changes) {
        let blocked: HashSet<Ipv4Net> = changes.conflicts.iter().map(|conflict| conflict.wanted.prefix).collect();
        let replaced: BTreeSet<KernelRoute> = changes.replace.iter().map(|(own, _)| own.clone()).collect();
        for route in observed {
            let wanted = self.wanted.binary_search(&route.route).is_ok();
            if !self.owns(route, interface) || wanted && self.is_met_by(route, interface) || replaced.contains(route) {
                continue;
            }
            // A new metric that cannot be had does not cost the destination its old one. The old one is then no line of the
            // file any more, so it must be known by its protocol.
            let stands_in = route.form == Form::Plain && !wanted && blocked.contains(&route.route.prefix);
            match route.protocol {
                Protocol::OURS if stands_in => {}
                _ if stands_in => changes.replace.push((route.clone(), KernelRoute::ours(route.route, interface))),
                _ => changes.delete.push(route.clone()),
            }
        }
    }
}

impl Changes {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.replace.is_empty() && self.add.is_empty() && self.delete.is_empty()
    }

    /// What puts routes in, in order. A replacement is one step for all who look at the table but for a few microseconds.
    #[must_use]
    pub fn first(&self) -> Vec<Request> {
        let replace =
            self.replace.iter().flat_map(|(own, new)| [Request::Delete(own.clone()), Request::Add(new.clone())]);
        replace.chain(self.add.iter().cloned().map(Request::Add)).collect()
    }

    /// What takes routes out.
    #[must_use]
    pub fn second(&self) -> Vec<Request> {
        self.delete.iter().cloned().map(Request::Delete).collect()
    }
}
