//! The routes of one block, with their origins.
//!
//! The routes that every learning router has are not copied into each set, but merged while they
//! are read.

use std::borrow::Cow;

use ipnet::Ipv4Net;
use itertools::{EitherOrBoth, Itertools as _};

use super::address::Address;
use super::learned::{Learned, ServiceAddress, SharedPrefix};
use super::line_order::LineOrder;
use super::{Located, Metric, Route, Span, StaticRoute};

/// The routes of a block that is on.
#[derive(Debug)]
pub struct RouteSet {
    /// The metric of all learned prefixes.
    pub metric: Metric,
    /// True if the routes that every learning router has belong to the set.
    pub learns: bool,
    /// The other routes, in the order of the route file's lines. They replace shared ones to the
    /// same prefix.
    pub own: Vec<PlannedRoute>,
}

/// A route and its origin.
#[derive(Debug)]
pub struct PlannedRoute {
    /// The route.
    pub route: Route,
    /// The origin.
    pub origin: Origin,
    /// The addresses from which the same prefix is learned, if a static route replaces the learned
    /// one.
    pub replaces: Vec<ServiceAddress>,
}

/// The origin of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The block's `default-route`.
    Default(Span),
    /// A `static-route`, with its address as it was written.
    Static(Located<String>),
    /// Services, sorted by name.
    Learned(Vec<LearnedFrom>),
}

/// A service's address from which a route was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedFrom {
    /// The address.
    pub address: ServiceAddress,
    /// The address in the router's `static-hostname-mapping`, for a host name.
    pub mapped_to: Option<Located<Address>>,
}

/// A route of a set, with its origin.
#[derive(Debug)]
pub struct RouteView<'p> {
    /// The route.
    pub route: Route,
    /// The origin.
    pub origin: Cow<'p, Origin>,
    /// The index in the shared prefixes, for a shared route.
    pub shared: Option<usize>,
}

impl PlannedRoute {
    /// Returns a route of this origin.
    #[must_use]
    pub fn new(prefix: Ipv4Net, metric: Metric, origin: Origin) -> Self {
        Self { route: Route { prefix, metric }, origin, replaces: Vec::new() }
    }

    /// Returns the place of the route in the route file.
    pub(crate) fn order(&self) -> LineOrder {
        LineOrder::of(self.route.prefix)
    }

    /// Returns a static route.
    #[must_use]
    pub(crate) fn of_static(route: &StaticRoute) -> Self {
        Self::new(route.prefix, route.metric, Origin::Static(route.address.clone()))
    }
}

impl SharedPrefix {
    /// Returns the addresses as the origin of a route.
    pub(crate) fn origin(&self) -> impl Iterator<Item = LearnedFrom> + '_ {
        self.from.iter().map(|address| LearnedFrom { address: *address, mapped_to: None })
    }
}

impl RouteSet {
    /// Returns the routes in the order of the route file's lines.
    pub(crate) fn merged<'p>(&'p self, learned: &'p Learned<'_>) -> impl Iterator<Item = Merged<'p>> {
        let shared = if self.learns { learned.everywhere.prefixes.as_slice() } else { &[] };
        let order =
            |own: &&PlannedRoute, shared: &(usize, &SharedPrefix)| own.order().cmp(&LineOrder::of(shared.1.prefix));
        self.own.iter().merge_join_by(shared.iter().enumerate(), order).map(|route| match route {
            EitherOrBoth::Left(own) | EitherOrBoth::Both(own, _) => Merged::Own(own),
            EitherOrBoth::Right((index, shared)) => Merged::Shared(index, shared),
        })
    }

    /// Returns the routes with their origins.
    pub fn routes<'p>(&'p self, learned: &'p Learned<'_>) -> impl Iterator<Item = RouteView<'p>> {
        self.merged(learned).map(|merged| self.view(merged))
    }

    /// Returns the route to a prefix.
    #[must_use]
    pub fn get<'p>(&'p self, prefix: Ipv4Net, learned: &'p Learned<'_>) -> Option<RouteView<'p>> {
        if let Ok(index) = self.own.binary_search_by_key(&LineOrder::of(prefix), PlannedRoute::order) {
            return Some(self.view(Merged::Own(&self.own[index])));
        }
        let index = learned.everywhere.find(prefix).filter(|_| self.learns)?;
        Some(self.view(Merged::Shared(index, &learned.everywhere.prefixes[index])))
    }

    /// Returns the number of routes.
    #[must_use]
    pub fn len(&self, learned: &Learned<'_>) -> usize {
        let shared = if self.learns { learned.everywhere.prefixes.len() } else { 0 };
        // The first own route to a prefix replaces the shared route.
        let firsts = self.own.chunk_by(|a, b| a.route.prefix == b.route.prefix).map(|same| &same[0]);
        let is_shared = |own: &&PlannedRoute| self.learns && learned.everywhere.find(own.route.prefix).is_some();
        let replaced = firsts.filter(is_shared).count();
        self.own.len() + shared - replaced
    }

    /// Returns the number of destinations. Several static routes can have the same one.
    #[must_use]
    pub fn destination_count(&self, learned: &Learned<'_>) -> usize {
        let own = self.own.chunk_by(|a, b| a.route.prefix == b.route.prefix).count();
        self.len(learned) - (self.own.len() - own)
    }

    /// Returns true if there are no routes.
    #[must_use]
    pub fn is_empty(&self, learned: &Learned<'_>) -> bool {
        self.own.is_empty() && (!self.learns || learned.everywhere.prefixes.is_empty())
    }

    fn view<'p>(&self, merged: Merged<'p>) -> RouteView<'p> {
        match merged {
            Merged::Own(own) => RouteView { route: own.route, origin: Cow::Borrowed(&own.origin), shared: None },
            Merged::Shared(index, shared) => RouteView {
                route: Route { prefix: shared.prefix, metric: self.metric },
                origin: Cow::Owned(Origin::Learned(shared.origin().collect())),
                shared: Some(index),
            },
        }
    }
}

/// A route of a set: its own, or a shared prefix with the metric of the set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Merged<'p> {
    /// Its own.
    Own(&'p PlannedRoute),
    /// A shared one, with its index.
    Shared(usize, &'p SharedPrefix),
}

impl Merged<'_> {
    /// Returns the destination.
    pub(crate) fn prefix(&self) -> Ipv4Net {
        match self {
            Merged::Own(own) => own.route.prefix,
            Merged::Shared(_, shared) => shared.prefix,
        }
    }
}
