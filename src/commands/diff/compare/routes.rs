//! The routes of a node in two configurations.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::commands::diff::compare::Side;
use crate::commands::diff::compare::comparison::{RouteChange, RouteFrom, RouteSide, State};
use crate::model::authority::Purpose;
use crate::model::line_order::LineOrder;
use crate::model::route::default_prefix;
use crate::model::{LearnedFrom, Merged, NodeState, Origin, Plan, Route, RouteSet, RouterPlan};

/// A node in one configuration.
pub(super) struct NodeSide<'a> {
    plan: &'a Plan<'a>,
    pub(super) state: State,
    set: Option<&'a RouteSet>,
    router: &'a RouterPlan<'a>,
}

impl<'a> NodeSide<'a> {
    pub(super) fn new(side: Side<'a>, router: &'a RouterPlan<'a>, state: NodeState) -> Self {
        let (state, set) = match state {
            NodeState::Unmanaged => (State::Unmanaged, None),
            NodeState::Off => (State::Off, None),
            NodeState::On(set) => (State::On, router.route_sets[set].as_ref()),
            NodeState::Held => (State::Held, None),
        };
        Self { plan: side.plan, state, set, router }
    }

    /// Returns the routes, without their origins.
    fn routes(&self) -> Vec<Route> {
        let Some(set) = self.set else { return Vec::new() };
        let route = |merged: Merged<'a>| match merged {
            Merged::Own(own) => own.route,
            Merged::Shared(_, shared) => Route { prefix: shared.prefix, metric: set.metric },
        };
        set.merged(&self.plan.learned).map(route).collect()
    }

    /// Returns the number of routes.
    pub(super) fn route_count(&self) -> usize {
        self.set.map_or(0, |set| set.len(&self.plan.learned))
    }

    /// Returns the purpose of the route to a prefix, if the router's own management needs it.
    fn purpose(&self, prefix: Ipv4Net) -> Option<Purpose> {
        let learned = &self.plan.learned;
        let (router, authority) = (self.router.router, learned.authority);
        let view = self.set?.get(prefix, learned)?;
        let of_services = match &*view.origin {
            Origin::Learned(from) => {
                from.iter().filter_map(|from| router.purpose(learned.service(from.address.service), authority)).min()
            }
            Origin::Default(_) | Origin::Static(_) => None,
        };
        let mut hosts = router.conductor_hosts(authority);
        let leads_to_conductor = prefix != default_prefix() && hosts.any(|host| prefix.contains(&host));
        of_services.or_else(|| leads_to_conductor.then_some(Purpose::Conductor))
    }

    /// Returns the route to a prefix.
    fn route(&self, prefix: Ipv4Net) -> Option<RouteSide> {
        let set = self.set?;
        let view = set.get(prefix, &self.plan.learned)?;
        let learned = &self.plan.learned;
        let from = match &*view.origin {
            Origin::Default(_) => vec![RouteFrom::DefaultRoute],
            Origin::Static(address) => vec![RouteFrom::StaticRoute { address: address.value.clone() }],
            Origin::Learned(services) => {
                let from = |from: &LearnedFrom| {
                    let (name, address) = (learned.name(from.address.service), learned.address(from.address));
                    RouteFrom::Service { name: name.to_owned(), address: address.value.to_string() }
                };
                services.iter().map(from).collect()
            }
        };
        Some(RouteSide { metric: view.route.metric, from })
    }
}

/// Returns true if a node has a pillar document in both configurations, with other conductors.
pub(super) fn has_other_conductors(before: Option<&NodeSide<'_>>, after: Option<&NodeSide<'_>>) -> bool {
    let published = |side: &&NodeSide<'_>| matches!(side.state, State::On | State::Off);
    let [before, after] = [before, after].map(|side| side.filter(published));
    before.zip(after).is_some_and(|(before, after)| before.router.conductors != after.router.conductors)
}

/// Returns the routes that differ. A node that is held back keeps its routes.
pub(super) fn changed_routes(before: Option<&NodeSide<'_>>, after: Option<&NodeSide<'_>>) -> Vec<RouteChange> {
    if [before, after].into_iter().flatten().any(|side| side.state == State::Held) {
        return Vec::new();
    }
    let old = before.map_or_else(Vec::new, NodeSide::routes);
    let new = after.map_or_else(Vec::new, NodeSide::routes);
    if old == new {
        return Vec::new();
    }
    let mut both: BTreeMap<LineOrder, [Option<Route>; 2]> = BTreeMap::new();
    for (index, routes) in [old, new].into_iter().enumerate() {
        routes.into_iter().for_each(|route| both.entry(LineOrder::of(route.prefix)).or_default()[index] = Some(route));
    }
    let changed = both.into_values().filter(|[old, new]| old != new);
    let prefixes = changed.filter_map(|[old, new]| Some(old.or(new)?.prefix));
    let route = |side: Option<&NodeSide<'_>>, prefix| side?.route(prefix);
    let purpose = |prefix| before.and_then(|before| before.purpose(prefix));
    let change = |prefix| RouteChange {
        prefix,
        before: route(before, prefix),
        after: route(after, prefix),
        purpose: purpose(prefix),
    };
    prefixes.map(change).collect()
}
