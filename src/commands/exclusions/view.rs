//! A node in one configuration, and its decisions about the routes that it could have.

use std::collections::HashMap;

use ipnet::Ipv4Net;

use super::{Exclusion, LocalPath};
use crate::model::authority::parent_name;
use crate::model::{
    Address, AddressKind, Admission, Block, CheckedRouter, Element, ElementPath, Key, Learned, Metric, Node, NodeRole,
    Router, ServiceIndex, StaticRoute, Subject,
};

/// A node in one configuration.
pub(crate) struct View<'v> {
    /// The decisions about the services.
    pub(crate) learned: &'v Learned<'v>,
    /// The router; `None` if the configuration does not have it.
    pub(crate) router: Option<&'v Router>,
    node_name: &'v str,
    /// The node; `None` if the configuration does not have it.
    node: Option<&'v Node>,
    /// The block that is in effect.
    block: Option<OwnedBlock<'v>>,
    /// The static routes of the block by their prefixes.
    static_routes: HashMap<Ipv4Net, &'v StaticRoute>,
}

/// A block and its owner.
#[derive(Clone, Copy)]
pub(crate) struct OwnedBlock<'v> {
    pub(crate) block: &'v Block,
    /// True for a block of the node, which replaces the router's.
    pub(crate) is_of_node: bool,
}

impl<'v> OwnedBlock<'v> {
    /// Returns the block that is in effect for a node.
    pub(crate) fn in_effect(checked: &'v CheckedRouter<'_>, node: &str) -> Option<Self> {
        let of = |is_wanted: &dyn Fn(&Subject) -> bool| checked.blocks.iter().find(|block| is_wanted(&block.owner));
        let of_node = of(&|owner| owner.node() == Some(node));
        let block = of_node.or_else(|| of(&|owner| owner.node().is_none()))?;
        Some(Self { block: block.block.as_ref()?, is_of_node: of_node.is_some() })
    }
}

/// A service by its name; it may be missing.
pub(crate) struct ServiceRef<'v> {
    pub(crate) name: &'v str,
    pub(crate) index: Option<ServiceIndex>,
}

impl<'v> View<'v> {
    /// Returns the view of a node of this name.
    pub(crate) fn new(
        learned: &'v Learned<'v>,
        router: Option<&'v Router>,
        node_name: &'v str,
        block: Option<OwnedBlock<'v>>,
    ) -> Self {
        let node = router.and_then(|router| router.nodes.iter().find(|node| node.name.value == node_name));
        let routes = block.iter().flat_map(|block| &block.block.static_routes);
        let static_routes = routes.map(|route| (route.prefix, route)).collect();
        Self { learned, router, node_name, node, block, static_routes }
    }

    /// Returns the decisions about the node and its block that exclude every route.
    pub(crate) fn of_node(&self) -> Vec<Exclusion> {
        let Some(node) = self.node else {
            return vec![if self.router.is_some() { Exclusion::NoNode } else { Exclusion::NoRouter }];
        };
        let is_conductor = node.role.as_ref().is_some_and(|role| role.value == NodeRole::Conductor);
        let mut exclusions = Vec::new();
        exclusions.extend(is_conductor.then_some(Exclusion::ConductorNode));
        exclusions.extend(match self.block {
            None => Some(Exclusion::NoBlock),
            Some(OwnedBlock { block, .. }) if block.enabled => None,
            Some(OwnedBlock { block, .. }) if block.written_enabled.is_some() => Some(Exclusion::Disabled),
            Some(_) => Some(Exclusion::EmptyBlock),
        });
        exclusions
    }

    /// Returns the decision that excludes the default route of the block.
    pub(crate) fn of_default_route(&self) -> Option<Exclusion> {
        self.block.is_none_or(|block| block.block.default_route.is_none()).then_some(Exclusion::NoDefaultRoute)
    }

    /// Returns the decision that excludes a static route.
    pub(crate) fn of_static_route(&self, prefix: Ipv4Net) -> Option<Exclusion> {
        (!self.static_routes.contains_key(&prefix)).then_some(Exclusion::NoStaticRoute)
    }

    /// Returns the metric of the block's static route to a prefix.
    pub(crate) fn static_metric(&self, prefix: Ipv4Net) -> Option<Metric> {
        self.static_routes.get(&prefix).map(|route| route.metric)
    }

    /// Returns the metric of the block, for the default route and learned routes.
    pub(crate) fn metric(&self) -> Option<Metric> {
        self.block.map(|block| block.block.metric)
    }

    /// Returns the element that gives the metric of a route: a static route's own, or the block's.
    /// The element may be missing, which means metric 0.
    pub(crate) fn metric_element(&self, prefix: Ipv4Net) -> LocalPath {
        let block = LocalPath::of_router(self.block_path());
        match self.static_routes.get(&prefix) {
            Some(route) if route.written_metric.is_some() => {
                block.entry(Element::StaticRoute, &route.address.value).child(Key::Metric)
            }
            _ => block.child(Key::Metric),
        }
    }

    /// Returns the service of a name.
    pub(crate) fn service<'s>(&self, name: &'s str) -> ServiceRef<'s> {
        let index = self.learned.services().iter().position(|service| service.name.value == name);
        ServiceRef { name, index }
    }

    /// Returns the service of an index.
    pub(crate) fn service_at(&self, index: ServiceIndex) -> ServiceRef<'v> {
        ServiceRef { name: self.learned.name(index), index: Some(index) }
    }

    /// Returns the decisions that exclude all addresses of a service.
    pub(crate) fn of_service(&self, service: &ServiceRef<'_>) -> Vec<Exclusion> {
        let mut exclusions = match service.index {
            None => vec![Exclusion::NoService],
            Some(index) => of_service_alone(self.learned, index),
        };
        exclusions.extend(service.index.and_then(|index| self.of_applies_to(index)));
        exclusions.extend(self.of_learning());
        exclusions
    }

    /// Returns the decision that the service does not apply to the router.
    fn of_applies_to(&self, index: ServiceIndex) -> Option<Exclusion> {
        let by = self.learned.decision(index).applies_to?;
        let router = self.router?;
        (!self.learned.applies(index, router)).then_some(Exclusion::AppliesElsewhere(by))
    }

    /// Returns the decision about the block that excludes all services.
    pub(crate) fn of_learning(&self) -> Option<Exclusion> {
        self.block.is_some_and(|block| !block.block.learn_from_services).then_some(Exclusion::LearningOff)
    }

    /// Returns the decisions that exclude one address of a service. A host name gives one route for
    /// each address that it is mapped to.
    pub(crate) fn of_address(&self, address: &Address) -> Vec<Exclusion> {
        match address.kind() {
            AddressKind::Ipv4 { .. } => self.of_destination(address),
            AddressKind::Ipv6(_) => vec![Exclusion::Ipv6],
            AddressKind::HostName(_) => vec![Exclusion::NotMapped],
            AddressKind::Invalid => vec![Exclusion::InvalidAddress],
        }
    }

    /// Returns the decisions that exclude an IP address of a service, or of a mapped host name.
    pub(crate) fn of_destination(&self, address: &Address) -> Vec<Exclusion> {
        match address.routable() {
            Some(prefix) if self.static_routes.contains_key(&prefix) => vec![Exclusion::Replaced],
            Some(_) => Vec::new(),
            None if address.network().is_some() => vec![Exclusion::Gateway],
            None => self.of_address(address),
        }
    }

    /// Returns the path of the node within its router.
    pub(crate) fn node_path(&self) -> ElementPath {
        ElementPath::default().entry(Element::Node, self.node_name)
    }

    /// Returns the path of the block in effect within the router.
    pub(crate) fn block_path(&self) -> ElementPath {
        let is_of_node = self.block.is_some_and(|block| block.is_of_node);
        let owner = if is_of_node { self.node_path() } else { ElementPath::default() };
        owner.child(Element::LoopbackStaticRoutes)
    }

    /// Returns an element of a service and of each of its ancestors, and the first ancestor that is
    /// missing.
    pub(crate) fn of_chain(&self, service: Option<&ServiceRef<'_>>, element: &Element) -> Vec<LocalPath> {
        let Some(index) = service.and_then(|service| service.index) else { return Vec::new() };
        let services: Vec<ServiceIndex> = self.learned.with_ancestors(index).collect();
        let of_service = |service: &ServiceIndex| {
            LocalPath::of_service(self.learned.name(*service), ElementPath::default().child(element))
        };
        let mut paths: Vec<LocalPath> = services.iter().map(of_service).collect();
        let missing = services.last().and_then(|topmost| parent_name(self.learned.name(*topmost)));
        paths.extend(missing.map(|name| LocalPath::of_service(name, ElementPath::default())));
        paths
    }
}

/// Returns the decisions about a service that exclude its addresses on every router.
pub(crate) fn of_service_alone(learned: &Learned<'_>, index: ServiceIndex) -> Vec<Exclusion> {
    let decision = learned.decision(index);
    let mut exclusions = Vec::new();
    match &decision.by_policies {
        Admission::NoPolicy { public } => exclusions.push(Exclusion::NoPolicy { public: *public }),
        Admission::Denied(_) => exclusions.extend(learned.denying(index).into_iter().map(Exclusion::Denied)),
        Admission::Undecided => exclusions.push(Exclusion::PoliciesInError),
        Admission::Admitted(_) | Admission::Disabled => {}
    }
    if learned.service(index).is_disabled() {
        exclusions.push(Exclusion::ServiceDisabled);
    }
    if decision.in_error && decision.by_policies != Admission::Undecided {
        exclusions.push(Exclusion::ServiceInError);
    }
    exclusions
}
