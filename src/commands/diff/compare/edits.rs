//! The elements of routers and services that differ between two configurations. They are compared only where routes change.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::commands::diff::compare::{ChangedRoute, Edit, EditKind, Part, RouteChange, Sources};
use crate::diagnostics::Finding;
use crate::export::{Leaf, leaves};
use crate::model::element_path::Step;
use crate::model::{Authority, Element, NodeId, Router, Service};

pub(crate) struct Edits<'a> {
    sides: [Names<'a>; 2],
    /// The differences of the services and routers asked for so far.
    known: HashMap<(Kind, String), Vec<Difference>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Router,
    Service,
}

/// A leaf that only one side has.
#[derive(Clone)]
struct Difference {
    kind: EditKind,
    leaf: Leaf,
}

impl Difference {
    /// Returns the steps after the router or the service.
    fn steps(&self) -> Vec<&Step> {
        self.leaf.path.steps().into_iter().skip(2).collect()
    }

    /// Returns the address of the static route that the leaf belongs to.
    fn static_route(&self) -> Option<&str> {
        self.steps().into_iter().find(|step| step.element == Element::StaticRoute)?.key.as_deref()
    }

    /// Returns true for what never changes a route: a node's asset-id, and the addresses of conductors.
    fn makes_no_route(&self) -> bool {
        let is_asset_id = self.leaf.path.last().is_some_and(|step| step.element == Element::AssetId);
        is_asset_id || self.steps().first().is_some_and(|step| step.element == Element::ConductorAddress)
    }

    fn edit(&self, of: &str) -> Edit {
        Edit { of: of.to_owned(), kind: self.kind, element: self.leaf.to_flat_text() }
    }
}

struct Names<'a> {
    routers: HashMap<&'a str, &'a Router>,
    services: HashMap<&'a str, &'a Service>,
}

impl<'a> Edits<'a> {
    pub(crate) fn new(old: &'a Authority, new: &'a Authority) -> Self {
        let names = |authority: &'a Authority| Names {
            routers: authority.routers.iter().map(|router| (router.name.value.as_str(), router)).collect(),
            services: authority.services.iter().map(|service| (service.name.value.as_str(), service)).collect(),
        };
        Self { sides: [names(old), names(new)], known: HashMap::new() }
    }

    /// A node's changed routes, by the edits that they come from.
    pub(crate) fn parts<'f>(
        &mut self,
        id: &NodeId,
        routes: Vec<ChangedRoute>,
        errors: impl Iterator<Item = &'f Finding>,
    ) -> Vec<Part> {
        let of_router = self.of_router(&id.router);
        let mut parts: BTreeMap<Vec<Edit>, Vec<RouteChange>> = BTreeMap::new();
        let errors = sorted(errors.map(|finding| error(finding, id)));
        if !errors.is_empty() {
            parts.insert(errors, Vec::new());
        }
        if routes.is_empty() && parts.is_empty() {
            parts.insert(sorted(of_router.iter().map(|difference| difference.edit(ROUTER))), Vec::new());
        }
        for (route, sources) in routes {
            parts.entry(self.because(&of_router, &route, &sources)).or_default().push(route);
        }
        parts.into_iter().map(|(because, routes)| Part { because, routes }).collect()
    }

    /// Returns the edits that the change of a route comes from: those of its services, or else those of its router.
    fn because(&mut self, of_router: &[Difference], route: &RouteChange, sources: &Sources) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let same_metric = match (&route.before, &route.after) {
            (Some(before), Some(after)) => before.metric == after.metric,
            _ => true,
        };
        if same_metric {
            for service in &sources.services {
                edits.extend(self.of_service_and_ancestors(service));
            }
        }
        if edits.is_empty() {
            edits.extend(of_blocks(of_router, sources).into_iter().map(|difference| difference.edit(ROUTER)));
        }
        sorted(edits)
    }

    fn of_service_and_ancestors(&mut self, service: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut name = service;
        loop {
            let of = format!("service {name}");
            edits.extend(self.differences(Kind::Service, name).iter().map(|difference| difference.edit(&of)));
            let Some((_, parent)) = name.split_once('.') else { return edits };
            name = parent;
        }
    }

    /// Returns the differences of a router that can change routes.
    fn of_router(&mut self, router: &str) -> Vec<Difference> {
        let differences = self.differences(Kind::Router, router).iter();
        differences.filter(|difference| !difference.makes_no_route()).cloned().collect()
    }

    fn differences(&mut self, kind: Kind, name: &str) -> &[Difference] {
        let sides = &self.sides;
        self.known.entry((kind, name.to_owned())).or_insert_with(|| {
            let [old, new] = [&sides[0], &sides[1]].map(|side| leaves_of(side, kind, name));
            let only = |these: &HashSet<Leaf>, others: &HashSet<Leaf>, kind| -> Vec<Difference> {
                these.difference(others).map(|leaf| Difference { kind, leaf: leaf.clone() }).collect()
            };
            let mut differences = only(&old, &new, EditKind::Removed);
            differences.extend(only(&new, &old, EditKind::Added));
            differences
        })
    }
}

/// The name of the node's own router in an edit.
const ROUTER: &str = "router";

fn sorted(edits: impl IntoIterator<Item = Edit>) -> Vec<Edit> {
    edits.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns the differences of a router that the change of a route comes from: those of its own static route, or else those of the rest of
/// the block and, for a learned route, of what the services apply to.
fn of_blocks<'d>(of_router: &'d [Difference], sources: &Sources) -> Vec<&'d Difference> {
    let is_own = |difference: &&Difference| {
        difference.static_route().is_some_and(|address| sources.static_routes.contains(address))
    };
    let own: Vec<&Difference> = of_router.iter().filter(is_own).collect();
    if !own.is_empty() {
        return own;
    }
    let is_learned = !sources.services.is_empty();
    let rest = of_router.iter().filter(|difference| difference.static_route().is_none());
    rest.filter(|difference| is_learned || difference.leaf.path.is_within(&Element::LoopbackStaticRoutes)).collect()
}

fn error(finding: &Finding, id: &NodeId) -> Edit {
    let of = if finding.subject.node().is_some() { format!("node {}", id.node) } else { "router".to_owned() };
    Edit { of, kind: EditKind::Error, element: format!("{}: {}", finding.rule, finding.message) }
}

/// Returns the leaves of a router or a service; empty if this side has no such element.
fn leaves_of(side: &Names<'_>, kind: Kind, name: &str) -> HashSet<Leaf> {
    let mut authority = Authority::default();
    match kind {
        Kind::Router => authority.routers.extend(side.routers.get(name).map(|router| (*router).clone())),
        Kind::Service => authority.services.extend(side.services.get(name).map(|service| (*service).clone())),
    }
    // A block with a value that cannot be printed has an error, and changes nothing.
    leaves(&authority).unwrap_or_default().into_iter().collect()
}
