//! The parts of routers and services that one route depends on. Mixtures of them are small.

use ipnet::Ipv4Net;

use super::candidates::Candidate;
use super::edit::NameKind;
use crate::model::address::SourceKind;
use crate::model::authority::AppliesToKind;
use crate::model::block::{RawKey, RawValue};
use crate::model::{AddressKind, AppliesTo, HostMapping, Node, RawBlock, Router, Service};

/// Returns the part of a router that the route of a node to a prefix depends on.
pub(super) fn of_router(router: &Router, node: &str, prefix: Ipv4Net, candidates: &[Candidate]) -> Router {
    let is_host = |mapping: &&HostMapping| {
        candidates.iter().any(|candidate| match candidate {
            Candidate::Service { address, .. } => {
                matches!(address.kind(), AddressKind::HostName(name) if *name == mapping.host_name.value)
            }
            _ => false,
        })
    };
    let of_node = |node: &Node| Node { block: of_block(node.block.as_ref(), prefix), ..node.clone() };
    Router {
        name: router.name.clone(),
        conductor_addresses: Vec::new(),
        router_groups: router.router_groups.clone(),
        resource_groups: router.resource_groups.clone(),
        host_mappings: router.host_mappings.iter().filter(is_host).cloned().collect(),
        nodes: router.nodes.iter().filter(|written| written.name.value == node).map(of_node).collect(),
        block: of_block(router.block.as_ref(), prefix),
    }
}

/// Returns a block without the static routes to other prefixes.
fn of_block(block: Option<&RawBlock>, prefix: Ipv4Net) -> Option<RawBlock> {
    let of_key = |key: &RawKey| match &key.value {
        RawValue::StaticRoutes(routes) => {
            let to_prefix = routes.iter().filter(|route| route.address.value.routable() == Some(prefix));
            RawKey { value: RawValue::StaticRoutes(to_prefix.cloned().collect()), ..key.clone() }
        }
        _ => key.clone(),
    };
    block.map(|block| RawBlock { at: block.at, keys: block.keys.iter().map(of_key).collect() })
}

/// Returns the part of a service that the routes of a router to the candidates depend on.
pub(super) fn of_service(
    service: &Service,
    candidates: &[Candidate],
    router: &str,
    routers: [Option<&Router>; 2],
) -> Service {
    let is_candidate = |canonical: &str| {
        candidates.iter().any(|candidate| match candidate {
            Candidate::Service { service: name, address } => {
                *name == service.name.value && address.canonical() == canonical
            }
            _ => false,
        })
    };
    let has_name = |kind: NameKind, name: &str| {
        let mut groups = routers.iter().flatten().flat_map(|router| groups(router, kind));
        kind == NameKind::Router && name == router || groups.any(|group| group == name)
    };
    let of_applies = |applies: &AppliesTo| {
        let kind = name_kind(&applies.kind.value);
        let names = applies.names.iter().filter(|name| kind.is_some_and(|kind| has_name(kind, &name.value)));
        AppliesTo { kind: applies.kind.clone(), names: names.cloned().collect() }
    };
    let addresses = service.addresses.iter().filter(|address| is_candidate(&address.value.canonical()));
    let policies = service.access_policies.iter();
    Service {
        name: service.name.clone(),
        enabled: service.enabled.clone(),
        scope: None,
        addresses: addresses.cloned().collect(),
        access_policies: policies
            .filter(|policy| policy.source.value.kind() == SourceKind::Internal)
            .cloned()
            .collect(),
        applies_to: service.applies_to.iter().map(of_applies).collect(),
    }
}

/// Returns the names of a router's groups.
pub(super) fn groups(router: &Router, kind: NameKind) -> impl Iterator<Item = &str> {
    let groups = match kind {
        NameKind::Router => &[][..],
        NameKind::RouterGroup => &router.router_groups,
        NameKind::ResourceGroup => &router.resource_groups,
    };
    groups.iter().map(|group| group.value.as_str())
}

/// Returns the meaning of the names in an `applies-to` of this type.
pub(super) fn name_kind(kind: &AppliesToKind) -> Option<NameKind> {
    match kind {
        AppliesToKind::Router => Some(NameKind::Router),
        AppliesToKind::RouterGroup => Some(NameKind::RouterGroup),
        AppliesToKind::ResourceGroup => Some(NameKind::ResourceGroup),
        AppliesToKind::Authority | AppliesToKind::Unknown(_) => None,
    }
}
