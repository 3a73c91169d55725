//! The routes of one block, with their origins.
//!
//! The routes that every learning router has are not copied into each set, but merged while they
//! are read.

use std::borrow::Cow;
use std::cmp::Ordering;

use ipnet::Ipv4Net;

use super::address::Address;
use super::learned::{Learned, ServiceAddress, SharedPrefix};
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
    /// The prefix as text, which is the sort key of the routes. The order is bytewise, as `LC_ALL=C
    /// sort` sorts the lines.
    pub text: String,
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
    /// The prefix as text.
    pub text: &'p str,
}

impl PlannedRoute {
    /// Returns a route of this origin.
    #[must_use]
    pub fn new(prefix: Ipv4Net, metric: Metric, origin: Origin) -> Self {
        Self { route: Route { prefix, metric }, text: prefix.to_string(), origin, replaces: Vec::new() }
    }

    /// Returns a static route.
    #[must_use]
    pub fn of_static(route: &StaticRoute) -> Self {
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
    pub fn merged<'p>(&'p self, learned: &'p Learned<'_>) -> impl Iterator<Item = Merged<'p>> {
        let shared = if self.learns { learned.everywhere.prefixes.as_slice() } else { &[] };
        let (mut own, mut other) = (self.own.iter().peekable(), shared.iter().enumerate().peekable());
        std::iter::from_fn(move || {
            let order = match (own.peek(), other.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(own), Some((_, shared))) => own.text.cmp(&shared.text),
            };
            if order.is_eq() {
                other.next();
            }
            if order.is_le() { own.next().map(Merged::Own) } else { other.next().map(|(i, p)| Merged::Shared(i, p)) }
        })
    }

    /// Returns the routes with their origins.
    pub fn routes<'p>(&'p self, learned: &'p Learned<'_>) -> impl Iterator<Item = RouteView<'p>> {
        self.merged(learned).map(|merged| self.view(merged))
    }

    /// Returns the route to a prefix.
    #[must_use]
    pub fn get<'p>(&'p self, prefix: Ipv4Net, learned: &'p Learned<'_>) -> Option<RouteView<'p>> {
        let text = prefix.to_string();
        if let Ok(index) = self.own.binary_search_by(|route| route.text.as_str().cmp(&text)) {
            return Some(self.view(Merged::Own(&self.own[index])));
        }
        let index = learned.everywhere.find(&text).filter(|_| self.learns)?;
        Some(self.view(Merged::Shared(index, &learned.everywhere.prefixes[index])))
    }

    /// Returns the number of routes.
    #[must_use]
    pub fn len(&self, learned: &Learned<'_>) -> usize {
        let shared = if self.learns { learned.everywhere.prefixes.len() } else { 0 };
        // The first own route to a prefix replaces the shared route.
        let firsts = self.own.chunk_by(|a, b| a.text == b.text).map(|same| &same[0]);
        let replaced = firsts.filter(|own| self.learns && learned.everywhere.find(&own.text).is_some()).count();
        self.own.len() + shared - replaced
    }

    /// Returns the number of destinations. Several static routes can have the same one.
    #[must_use]
    pub fn destination_count(&self, learned: &Learned<'_>) -> usize {
        let own = self.own.chunk_by(|a, b| a.text == b.text).count();
        self.len(learned) - (self.own.len() - own)
    }

    /// Returns true if there are no routes.
    #[must_use]
    pub fn is_empty(&self, learned: &Learned<'_>) -> bool {
        self.own.is_empty() && (!self.learns || learned.everywhere.prefixes.is_empty())
    }

    fn view<'p>(&self, merged: Merged<'p>) -> RouteView<'p> {
        match merged {
            Merged::Own(own) => {
                RouteView { route: own.route, origin: Cow::Borrowed(&own.origin), shared: None, text: &own.text }
            }
            Merged::Shared(index, shared) => RouteView {
                route: Route { prefix: shared.prefix, metric: self.metric },
                origin: Cow::Owned(Origin::Learned(shared.origin().collect())),
                shared: Some(index),
                text: &shared.text,
            },
        }
    }
}

/// A route of a set: its own, or a shared prefix with the metric of the set.
#[derive(Clone, Copy, Debug)]
pub enum Merged<'p> {
    /// Its own.
    Own(&'p PlannedRoute),
    /// A shared one, with its index.
    Shared(usize, &'p SharedPrefix),
}

impl<'p> Merged<'p> {
    /// Returns the prefix as text.
    #[must_use]
    pub fn text(&self) -> &'p str {
        match self {
            Merged::Own(own) => &own.text,
            Merged::Shared(_, shared) => &shared.text,
        }
    }
}
