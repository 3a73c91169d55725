//! Answers a query from the plan that `generate` publishes.

use crate::commands::why::answer::{Answer, NotRouted, Query, RouteAnswer, RouteOrigin};
use crate::commands::why::error::UnknownName;
use crate::commands::why::not_routed::not_routed;
use crate::model::{Admission, LearnedFrom, NodePlan, NodeState, Origin, Plan, RouteSet, RouterPlan, ServiceIndex};

/// Answers a query for each of its nodes.
///
/// # Errors
///
/// The router, node or service does not exist.
pub(crate) fn explain(plan: &Plan<'_>, query: &Query) -> Result<Vec<Answer>, UnknownName> {
    let router = find_router(plan, &query.router)?;
    if let Some(node) = &query.node {
        let mut names = router.nodes.iter().map(|node| node.id.node.as_str());
        if !names.clone().any(|name| name == node) {
            return Err(UnknownName::new("node", node, names.by_ref()));
        }
    }
    let service = query.service.as_ref().map(|name| find_service(plan, name)).transpose()?;
    let nodes = router.nodes.iter().filter(|node| query.node.as_ref().is_none_or(|name| *name == node.id.node));
    Ok(nodes.map(|node| answer(plan, router, node, query, service)).collect())
}

fn find_router<'p>(plan: &'p Plan<'p>, name: &str) -> Result<&'p RouterPlan<'p>, UnknownName> {
    let names = plan.routers.iter().map(|router| router.router.name.value.as_str());
    let found = plan.routers.iter().find(|router| router.router.name.value == name);
    found.ok_or_else(|| UnknownName::new("router", name, names))
}

fn find_service(plan: &Plan<'_>, name: &str) -> Result<ServiceIndex, UnknownName> {
    let names = || plan.learned.services().iter().map(|service| service.name.value.as_str());
    names().position(|known| known == name).ok_or_else(|| UnknownName::new("service", name, names()))
}

fn answer(
    plan: &Plan<'_>,
    router: &RouterPlan<'_>,
    node: &NodePlan<'_>,
    query: &Query,
    service: Option<ServiceIndex>,
) -> Answer {
    let (state, set) = match node.state {
        NodeState::Unmanaged => ("unmanaged: the router has no plugin block, or the node is a conductor node", None),
        NodeState::Off => ("off: the plugin block is empty or has `enabled false`", None),
        NodeState::Held => ("held back: the node keeps its published files until the errors are fixed", None),
        NodeState::On(set) => ("on", router.route_sets[set].as_ref()),
    };
    let routes = set.map_or(Vec::new(), |set| selected_routes(plan, set, query, service));
    let mut not_routed = set.map_or(Vec::new(), |set| not_routed(plan, router.router, set, query, service));
    if let (Some(prefix), true, true) = (query.prefix, routes.is_empty(), not_routed.is_empty()) {
        let reason = match set {
            Some(_) => "no static route and no service for tenant `_internal_` contains it".to_owned(),
            None => format!("the node is {state}"),
        };
        not_routed.push(NotRouted { service: None, address: Some(prefix.to_string()), reason });
    }
    Answer { router: node.id.router.clone(), node: node.id.node.clone(), state, routes, not_routed }
}

/// Returns the routes that the query selects.
fn selected_routes(plan: &Plan<'_>, set: &RouteSet, query: &Query, service: Option<ServiceIndex>) -> Vec<RouteAnswer> {
    let mut routes = all_routes(plan, set);
    if let Some(service) = service {
        let name = &plan.learned.service(service).name.value;
        let is_of_service =
            |from: &RouteOrigin| matches!(from, RouteOrigin::Service { service, .. } if service == name);
        routes.retain(|route| route.from.iter().any(is_of_service));
    }
    if let Some(prefix) = query.prefix {
        // Without a route to the prefix itself, the routes that contain it carry its traffic.
        let is_exact = routes.iter().any(|route| route.prefix == prefix);
        routes.retain(|route| if is_exact { route.prefix == prefix } else { route.prefix.contains(&prefix) });
    }
    routes
}

fn all_routes(plan: &Plan<'_>, set: &RouteSet) -> Vec<RouteAnswer> {
    set.routes(&plan.learned)
        .map(|view| {
            let from = match &*view.origin {
                Origin::Default(_) => vec![RouteOrigin::DefaultRoute],
                Origin::Static(address) => vec![RouteOrigin::StaticRoute { address: address.value.clone() }],
                Origin::Learned(from) => from.iter().map(|from| service_origin(plan, from)).collect(),
            };
            RouteAnswer { prefix: view.route.prefix, metric: view.route.metric, from }
        })
        .collect()
}

fn service_origin(plan: &Plan<'_>, from: &LearnedFrom) -> RouteOrigin {
    let learned = &plan.learned;
    let decision = learned.decision(from.address.service);
    let name = |service: ServiceIndex| learned.service(service).name.value.clone();
    let Admission::Admitted(policy) = &decision.admission else {
        unreachable!("only services that allow the tenant are learned")
    };
    RouteOrigin::Service {
        service: name(from.address.service),
        address: learned.address(from.address).value.to_string(),
        access_policy_of: name(policy.service),
        source: learned.policy(*policy).source.value.as_str().to_owned(),
        applies_to_of: decision.applies_to.map(name),
        mapped_to: from.mapped_to.as_ref().map(|address| address.value.to_string()),
    }
}
