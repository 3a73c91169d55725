//! The edits that cause changes of routes. Elements are compared only for routers and services with
//! changed routes.

use std::collections::{HashMap, HashSet};

use crate::commands::diff::compare::comparison::{Edit, EditKind, EditOwner, EditedElement, Part, RouteChange};
use crate::commands::diff::compare::routes::{ChangedRoute, Origins};
use crate::diagnostics::Finding;
use crate::export::{Leaf, leaves_of_router, leaves_of_service};
use crate::model::authority::parent_name;
use crate::model::{Authority, Element, NodeId, Router, Service, Subject};

/// The differences between two configurations, computed on demand.
pub(super) struct Edits<'a> {
    sides: [ElementsByName<'a>; 2],
    /// The differences computed so far.
    known: HashMap<(Kind, String), Vec<Difference>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Router,
    Service,
}

/// A leaf that only one configuration has.
#[derive(Clone)]
struct Difference {
    kind: EditKind,
    leaf: Leaf,
}

impl Difference {
    /// Returns the address of the static route of the leaf.
    fn static_route(&self) -> Option<&str> {
        self.leaf.path.steps().into_iter().find(|step| step.element == Element::StaticRoute)?.key.as_deref()
    }

    /// Returns true for a leaf that never changes a route: an asset-id, or an address of a
    /// conductor.
    fn makes_no_route(&self) -> bool {
        let is_asset_id = self.leaf.path.last().is_some_and(|step| step.element == Element::AssetId);
        is_asset_id || self.leaf.path.steps().first().is_some_and(|step| step.element == Element::ConductorAddress)
    }

    fn edit(&self, of: &EditOwner) -> Edit {
        Edit { of: of.clone(), kind: self.kind, element: EditedElement::Leaf(self.leaf.clone()) }
    }
}

/// The routers and services of a configuration by name.
struct ElementsByName<'a> {
    routers: HashMap<&'a str, &'a Router>,
    services: HashMap<&'a str, &'a Service>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(old: &'a Authority, new: &'a Authority) -> Self {
        let by_name = |authority: &'a Authority| ElementsByName {
            routers: authority.routers.iter().map(|router| (router.name.value.as_str(), router)).collect(),
            services: authority.services.iter().map(|service| (service.name.value.as_str(), service)).collect(),
        };
        Self { sides: [by_name(old), by_name(new)], known: HashMap::new() }
    }

    /// Groups the changed routes of a node by the edits that cause them.
    pub(super) fn parts<'f>(
        &mut self,
        id: &NodeId,
        routes: Vec<ChangedRoute>,
        errors: impl Iterator<Item = &'f Finding>,
    ) -> Vec<Part> {
        let of_router = self.of_router(&id.router);
        let mut parts: HashMap<Vec<Edit>, Vec<RouteChange>> = HashMap::new();
        let errors = sorted(errors.map(|finding| error(finding, id)));
        if !errors.is_empty() {
            parts.insert(errors, Vec::new());
        }
        if routes.is_empty() && parts.is_empty() {
            parts.insert(sorted(of_router.iter().map(|difference| difference.edit(&EditOwner::Router))), Vec::new());
        }
        for ChangedRoute { change, origins } in routes {
            parts.entry(self.because(&of_router, &change, &origins)).or_default().push(change);
        }
        let mut parts: Vec<Part> = parts.into_iter().map(|(because, routes)| Part { because, routes }).collect();
        parts.sort_by_cached_key(|part| part.because.iter().map(Edit::order).collect::<Vec<_>>());
        parts
    }

    /// Returns the edits that cause the change of a route: edits of its services, or else edits of
    /// its router.
    fn because(&mut self, of_router: &[Difference], route: &RouteChange, origins: &Origins) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let same_metric = match (&route.before, &route.after) {
            (Some(before), Some(after)) => before.metric == after.metric,
            _ => true,
        };
        if same_metric {
            for service in &origins.services {
                edits.extend(self.of_service_and_ancestors(service));
            }
        }
        if edits.is_empty() {
            edits
                .extend(of_block(of_router, origins).into_iter().map(|difference| difference.edit(&EditOwner::Router)));
        }
        sorted(edits)
    }

    fn of_service_and_ancestors(&mut self, service: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut name = service;
        loop {
            let of = EditOwner::Service(name.to_owned());
            edits.extend(self.differences(Kind::Service, name).iter().map(|difference| difference.edit(&of)));
            let Some(parent) = parent_name(name) else { return edits };
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

/// Returns the edits in the order of the output, each once.
fn sorted(edits: impl IntoIterator<Item = Edit>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = edits.into_iter().collect();
    edits.sort_by_cached_key(Edit::order);
    edits.dedup();
    edits
}

/// Returns the differences of a router that cause the change of a route. These are the differences
/// of its static route. If there are none, they are those of the rest of the block and, for a
/// learned route, of the rest of the router.
fn of_block<'d>(of_router: &'d [Difference], origins: &Origins) -> Vec<&'d Difference> {
    let is_own = |difference: &&Difference| {
        difference.static_route().is_some_and(|address| origins.static_routes.contains(address))
    };
    let own: Vec<&Difference> = of_router.iter().filter(is_own).collect();
    if !own.is_empty() {
        return own;
    }
    let is_learned = !origins.services.is_empty();
    let rest = of_router.iter().filter(|difference| difference.static_route().is_none());
    rest.filter(|difference| is_learned || difference.leaf.path.is_within(&Element::LoopbackStaticRoutes)).collect()
}

fn error(finding: &Finding, id: &NodeId) -> Edit {
    let of = match finding.subject {
        Subject::Node(_) => EditOwner::Node(id.node.clone()),
        _ => EditOwner::Router,
    };
    Edit { of, kind: EditKind::Error, element: EditedElement::Error(finding.rule, finding.message.clone()) }
}

/// Returns the leaves of a router or a service. The result is empty if the configuration does not
/// have it.
fn leaves_of(side: &ElementsByName<'_>, kind: Kind, name: &str) -> HashSet<Leaf> {
    let leaves = match kind {
        // A block with a value that cannot be printed has an error, and changes nothing.
        Kind::Router => side.routers.get(name).and_then(|router| leaves_of_router(router).ok()),
        Kind::Service => side.services.get(name).map(|service| leaves_of_service(service)),
    };
    leaves.unwrap_or_default().into_iter().collect()
}
