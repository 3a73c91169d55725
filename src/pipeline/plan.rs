//! The stage `plan`: the routes of each node with their origins, or the reason why there are none.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::parallel;
use crate::diagnostics::{Finding, Held};
use crate::model::route::default_prefix;
use crate::model::{
    AddressKind, Authority, Block, Checked, CheckedBlock, CheckedNode, CheckedRouter, Learned, LearnedFrom, NodePlan,
    NodeState, Origin, Plan, PlannedRoute, RouteSet, Router, RouterPlan, ServiceAddress, ServiceIndex,
};
use crate::rules::{self, RouterContext};

/// Plans every router. `known` are the findings so far: errors hold routers and nodes back.
#[must_use]
pub fn plan<'a>(checked: &Checked<'a>, learned: Learned<'a>, known: &[Finding]) -> (Plan<'a>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut routers = parallel::map(&checked.routers, &mut findings, |checked, findings| {
        let of_router = learned.of_router(checked.router);
        let plan = plan_router(checked, &learned, &of_router);
        let context = RouterContext { checked, plan: &plan, learned: &learned, of_router: &of_router };
        rules::check_router(&context, findings);
        plan
    });
    let held = Held::by(known.iter().chain(&findings));
    for node in routers.iter_mut().flat_map(|router| &mut router.nodes) {
        if node.state != NodeState::Unmanaged && held.contains_node(&node.id) {
            node.state = NodeState::Held;
        }
    }
    (Plan { learned, routers }, findings)
}

fn plan_router<'a>(checked: &CheckedRouter<'a>, learned: &Learned<'a>, of_router: &[ServiceIndex]) -> RouterPlan<'a> {
    let router = checked.router;
    let route_sets: Vec<_> = checked.blocks.iter().map(|block| plan_block(router, block, learned, of_router)).collect();
    let nodes = checked.nodes.iter().map(|node| plan_node(node, checked, &route_sets)).collect();
    RouterPlan { router, route_sets, conductors: conductors(router, learned.authority), nodes }
}

/// Returns the hosts of the router's conductors. IPv6 addresses are left out, since the plugin
/// installs only IPv4 routes.
fn conductors(router: &Router, authority: &Authority) -> Vec<String> {
    let mut hosts = Vec::new();
    for address in router.conductors(authority) {
        if let AddressKind::HostName(name) = address.value.kind() {
            hosts.push(name.clone());
            hosts.extend(router.mapped(name).iter().filter_map(|to| to.value.host()).map(|to| to.to_string()));
        }
        hosts.extend(address.value.host().map(|host| host.to_string()));
    }
    hosts.sort();
    hosts.dedup();
    hosts
}

fn plan_node<'a>(node: &CheckedNode<'a>, checked: &CheckedRouter<'a>, route_sets: &[Option<RouteSet>]) -> NodePlan<'a> {
    let state = match node.block {
        None => NodeState::Unmanaged,
        Some(block) if checked.blocks[block].block.is_none() => NodeState::Held,
        Some(block) => route_sets[block].as_ref().map_or(NodeState::Off, |_| NodeState::On(block)),
    };
    let asset_id = node.node.asset_id.as_ref().map(|id| id.value.as_str());
    NodePlan { id: node.id(checked.router), asset_id, state }
}

fn plan_block(
    router: &Router,
    checked: &CheckedBlock<'_>,
    learned: &Learned<'_>,
    of_router: &[ServiceIndex],
) -> Option<RouteSet> {
    let block = checked.block.as_ref().filter(|block| block.enabled)?;
    let mut own = Vec::with_capacity(block.static_routes.len() + usize::from(block.default_route.is_some()));
    own.extend(block.static_routes.iter().map(PlannedRoute::of_static));
    if let Some(at) = block.default_route {
        own.push(PlannedRoute::new(default_prefix(), block.metric, Origin::Default(at)));
    }
    if block.learn_from_services {
        add_learned(&mut own, block, router, learned, of_router);
    }
    own.sort_by_key(PlannedRoute::order);
    Some(RouteSet { metric: block.metric, learns: block.learn_from_services, own })
}

/// Adds the routes that are learned for this router alone. A static route replaces learned ones
/// to the same prefix.
fn add_learned(
    own: &mut Vec<PlannedRoute>,
    block: &Block,
    router: &Router,
    learned: &Learned<'_>,
    of_router: &[ServiceIndex],
) {
    let mut found = found(router, learned, of_router);
    for route in own.iter_mut().filter(|route| matches!(route.origin, Origin::Static(_))) {
        let of_router = found.remove(&route.route.prefix).unwrap_or_default();
        route.replaces = of_router.into_iter().map(|from| from.address).collect();
        if let Some(index) = learned.everywhere.find(route.route.prefix) {
            route.replaces.extend(&learned.everywhere.prefixes[index].from);
        }
    }
    own.reserve_exact(found.len());
    for (prefix, mut from) in found {
        if let Some(index) = learned.everywhere.find(prefix) {
            from.extend(learned.everywhere.prefixes[index].origin());
        }
        from.sort_by(|a, b| learned.name(a.address.service).cmp(learned.name(b.address.service)));
        from.dedup();
        own.push(PlannedRoute::new(prefix, block.metric, Origin::Learned(from)));
    }
}

/// Returns the prefixes of the services that apply to the router alone, and of host names that it
/// maps.
fn found(router: &Router, learned: &Learned<'_>, of_router: &[ServiceIndex]) -> BTreeMap<Ipv4Net, Vec<LearnedFrom>> {
    let mut found: BTreeMap<Ipv4Net, Vec<LearnedFrom>> = BTreeMap::new();
    // Most prefixes have one origin. The first push would make room for four.
    let mut add = |prefix, from| found.entry(prefix).or_insert_with(|| Vec::with_capacity(1)).push(from);
    for &service in of_router.iter().filter(|service| !learned.decision(**service).in_error) {
        for destination in &learned.decision(service).destinations.prefixes {
            let address = ServiceAddress { service, address: destination.address };
            add(destination.prefix, LearnedFrom { address, mapped_to: None });
        }
    }
    for resolution in learned.resolutions(router, of_router) {
        for mapped_to in resolution.addresses {
            if let Some(prefix) = mapped_to.value.routable() {
                add(prefix, LearnedFrom { address: resolution.address, mapped_to: Some(mapped_to.clone()) });
            }
        }
    }
    found
}
