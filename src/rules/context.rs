//! The values that the rules of each stage read.

use super::Prefixes;
use crate::diagnostics::{Finding, Rule};
use crate::model::authority::Purpose;
use crate::model::learned::Resolution;
use crate::model::{
    Address, Block, Checked, CheckedBlock, CheckedRouter, Element, ElementPath, Learned, Located, Origin, Plan,
    PlannedRoute, RawBlock, RouteSet, RouteView, Router, RouterPlan, Service, ServiceIndex, Span, Subject,
};

/// A plugin block.
pub(crate) struct BlockContext<'c> {
    /// The router or node of the block.
    pub(crate) owner: &'c Subject,
    /// The path of the block.
    pub(crate) path: &'c ElementPath,
    /// The block as it was written.
    pub(crate) raw: &'c RawBlock,
}

impl BlockContext<'_> {
    /// Returns a finding without a place.
    pub(crate) fn finding(&self, rule: &'static Rule, path: ElementPath, message: impl Into<String>) -> Finding {
        Finding::new(rule, self.owner.clone(), path, message)
    }

    /// Returns a finding about a static route.
    pub(super) fn of_static_route(&self, rule: &'static Rule, address: &Located<Address>, message: String) -> Finding {
        let path = self.path.entry(Element::StaticRoute, address.value.as_str());
        self.finding(rule, path, message).at(address.at)
    }
}

/// A planned router.
pub(crate) struct RouterContext<'c> {
    /// The router after the stage `check`.
    pub(crate) checked: &'c CheckedRouter<'c>,
    /// Its plan.
    pub(crate) plan: &'c RouterPlan<'c>,
    /// The decisions about the services.
    pub(crate) learned: &'c Learned<'c>,
    /// The services that apply to this router alone.
    pub(crate) of_router: &'c [ServiceIndex],
}

/// The routes of a block that is on.
pub(crate) struct SetContext<'c> {
    /// The block and its owner.
    pub(crate) checked: &'c CheckedBlock<'c>,
    /// The block.
    pub(crate) block: &'c Block,
    /// The routes.
    pub(crate) routes: &'c RouteSet,
}

impl<'c> RouterContext<'c> {
    /// Returns the sets of routes.
    pub(crate) fn sets(&self) -> impl Iterator<Item = SetContext<'c>> + use<'c> {
        let sets = self.checked.blocks.iter().zip(&self.plan.route_sets);
        sets.filter_map(|(checked, routes)| {
            Some(SetContext { checked, block: checked.block.as_ref()?, routes: routes.as_ref()? })
        })
    }

    /// Returns the host names that each learning set resolves.
    pub(super) fn resolutions(&self) -> impl Iterator<Item = (SetContext<'c>, Resolution<'c>)> + use<'c> {
        let (learned, router, of_router) = (self.learned, self.checked.router, self.of_router);
        let learning = self.sets().filter(|set| set.block.learn_from_services);
        learning.flat_map(move |set| {
            let SetContext { checked, block, routes } = set;
            let resolutions = learned.resolutions(router, of_router);
            resolutions.map(move |resolution| (SetContext { checked, block, routes }, resolution))
        })
    }

    /// Returns the purpose of a service that carries the router's own management.
    pub(super) fn purpose(&self, service: &Service) -> Option<Purpose> {
        self.checked.router.purpose(service, self.learned.authority)
    }

    /// Returns the path of an entry of the router's `static-hostname-mapping`.
    pub(super) fn mapping_path(&self, host_name: &str) -> ElementPath {
        let router = ElementPath::authority().entry(Element::Router, &self.checked.router.name.value);
        router.entry(Element::StaticHostNameMapping, host_name)
    }
}

impl SetContext<'_> {
    /// Returns a finding about the block.
    pub(super) fn finding(&self, rule: &'static Rule, message: impl Into<String>) -> Finding {
        let CheckedBlock { owner, path, .. } = self.checked;
        Finding::new(rule, owner.clone(), path.clone(), message).at(self.block.at)
    }
}

/// A whole plan, for advice.
pub(crate) struct AdviceContext<'c> {
    /// The routers after the stage `check`.
    pub(crate) checked: &'c Checked<'c>,
    /// The plan.
    pub(crate) plan: &'c Plan<'c>,
}

/// A set of routes, for advice.
pub(crate) struct RoutesContext<'c> {
    /// The router.
    pub(crate) router: &'c Router,
    /// The set and its block.
    pub(crate) set: SetContext<'c>,
    /// The decisions about the services.
    pub(crate) learned: &'c Learned<'c>,
    /// The prefixes of the routes that only this set has.
    pub(crate) own: Prefixes,
    /// The prefixes that every learning router has.
    pub(crate) shared: &'c Prefixes,
}

/// Returns the place of the element that results in a route.
pub(super) fn place_of(origin: &Origin, learned: &Learned<'_>) -> Option<Span> {
    match origin {
        Origin::Default(at) => Some(*at),
        Origin::Static(address) => Some(address.at),
        Origin::Learned(from) => from.first().map(|from| learned.address(from.address).at),
    }
}

/// A route around another one.
pub(super) struct Outer<'c> {
    pub(super) view: RouteView<'c>,
}

impl Outer<'_> {
    pub(super) fn is_learned(&self) -> bool {
        matches!(*self.view.origin, Origin::Learned(_))
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.is_learned() { "learned" } else { "static" }
    }

    /// Adds the place of this route to a finding.
    pub(super) fn relate(&self, finding: Finding, learned: &Learned<'_>) -> Finding {
        match place_of(&self.view.origin, learned) {
            Some(at) => finding.related(format!("{}, {}", self.view.route.prefix, self.kind()), at),
            None => finding,
        }
    }
}

impl<'c> RoutesContext<'c> {
    /// Returns a finding about a route of this origin.
    pub(super) fn finding(&self, rule: &'static Rule, origin: &Origin, message: impl Into<String>) -> Finding {
        let CheckedBlock { owner, path, .. } = self.set.checked;
        let path = match origin {
            Origin::Static(address) => path.entry(Element::StaticRoute, &address.value),
            _ => path.clone(),
        };
        Finding::new(rule, owner.clone(), path, message).at(place_of(origin, self.learned))
    }

    /// Returns the static routes inside another route, each with the longest route that contains
    /// it. Default routes do not count.
    pub(super) fn nested_static_routes(&self) -> impl Iterator<Item = (&'c PlannedRoute, Outer<'c>)> {
        let set = self.set.routes;
        let routes = set.own.iter().filter(|route| matches!(route.origin, Origin::Static(_)));
        routes.filter_map(move |route| {
            let prefix = route.route.prefix;
            let shared = if set.learns { self.shared.around(prefix) } else { None };
            let around = self.own.around(prefix).into_iter().chain(shared);
            let wider = around.max_by_key(ipnet::Ipv4Net::prefix_len)?;
            Some((route, Outer { view: set.get(wider, self.learned)? }))
        })
    }

    /// Returns true if the route to a prefix is learned.
    pub(super) fn is_learned(&self, prefix: ipnet::Ipv4Net) -> bool {
        let view = self.set.routes.get(prefix, self.learned);
        view.is_some_and(|view| matches!(*view.origin, Origin::Learned(_)))
    }
}
