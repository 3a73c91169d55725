//! Answers a query from the plan that `generate` publishes.

use ipnet::Ipv4Net;

use crate::commands::exclusions::{Exclusion, OwnedBlock, View};
use crate::commands::why::answer::{Answer, NotRouted, Query, Reason, RouteAnswer, RouteOrigin};
use crate::commands::why::error::UnknownName;
use crate::commands::why::not_routed::NotRoutedQuery;
use crate::commands::why::reasons::reasons;
use crate::model::{
    Admission, CheckedRouter, LearnedFrom, NodePlan, NodeState, Origin, Plan, RouteSet, RouteView, RouterPlan,
    ServiceIndex,
};
use crate::pipeline::Run;

/// Answers a query for each of its nodes.
///
/// # Errors
///
/// The router, node or service does not exist.
pub(crate) fn explain(run: &Run<'_>, query: &Query) -> Result<Vec<Answer>, UnknownName> {
    let plan = &run.plan;
    let routers = match &query.router {
        Some(name) => vec![find_router(run, name)?],
        None => run.checked.routers.iter().zip(&plan.routers).collect(),
    };
    if let (Some(node), [(_, router)]) = (&query.node, routers.as_slice()) {
        let mut names = router.nodes.iter().map(|node| node.id.node.as_str());
        if !names.clone().any(|name| name == node) {
            return Err(UnknownName::new("node", node, names.by_ref()));
        }
    }
    let service = query.service.as_ref().map(|name| find_service(plan, name)).transpose()?;
    let is_selected = |node: &&NodePlan<'_>| query.node.as_ref().is_none_or(|name| *name == node.id.node);
    let of_router = |(checked, router): (&CheckedRouter<'_>, &RouterPlan<'_>)| {
        let nodes = router.nodes.iter().filter(is_selected);
        nodes.map(|node| answer(plan, (checked, router), node, query, service)).collect::<Vec<_>>()
    };
    Ok(routers.into_iter().flat_map(of_router).collect())
}

/// Returns a router after the stage `check`, and its plan.
fn find_router<'r>(run: &'r Run<'r>, name: &str) -> Result<(&'r CheckedRouter<'r>, &'r RouterPlan<'r>), UnknownName> {
    let names = run.plan.routers.iter().map(|router| router.router.name.value.as_str());
    let mut routers = run.checked.routers.iter().zip(&run.plan.routers);
    let found = routers.find(|(_, router)| router.router.name.value == name);
    found.ok_or_else(|| UnknownName::new("router", name, names))
}

fn find_service(plan: &Plan<'_>, name: &str) -> Result<ServiceIndex, UnknownName> {
    let names = || plan.learned.services().iter().map(|service| service.name.value.as_str());
    names().position(|known| known == name).ok_or_else(|| UnknownName::new("service", name, names()))
}

fn answer(
    plan: &Plan<'_>,
    (checked, router): (&CheckedRouter<'_>, &RouterPlan<'_>),
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
    let view =
        View::new(&plan.learned, Some(router.router), &node.id.node, OwnedBlock::in_effect(checked, &node.id.node));
    let routes = set.map_or(Vec::new(), |set| selected_routes(plan, (&view, &node.id.router), set, query, service));
    let is_asked = service.is_some() || query.prefix.is_some();
    let mut not_routed = Vec::new();
    if set.is_some() || is_asked && node.state != NodeState::Held {
        not_routed = NotRoutedQuery { plan, view: &view, router: router.router, query, service }.answer();
    }
    if let (Some(prefix), true, true) = (query.prefix, routes.is_empty(), not_routed.is_empty()) {
        not_routed.push(NotRouted {
            service: None,
            address: Some(prefix.to_string()),
            mapped_to: None,
            reasons: reasons_of_prefix(&view, node, state),
        });
    }
    Answer { id: node.id.clone(), state, routes, not_routed }
}

/// Returns the reasons why no element gives a node a route to a prefix.
fn reasons_of_prefix(view: &View<'_>, node: &NodePlan<'_>, state: &str) -> Vec<Reason> {
    if node.state == NodeState::Held {
        return vec![Reason { decision: "held", reason: format!("the node is {state}"), elements: Vec::new() }];
    }
    let mut exclusions = view.of_node();
    exclusions.push(Exclusion::NoStaticRoute);
    let mut reasons = reasons(&exclusions, view, &node.id.router, None);
    if let Some(last) = reasons.last_mut() {
        last.reason = "no static route and no service for tenant `_internal_` contains it".to_owned();
    }
    reasons
}

/// Returns the routes that the query selects.
fn selected_routes(
    plan: &Plan<'_>,
    view: (&View<'_>, &str),
    set: &RouteSet,
    query: &Query,
    service: Option<ServiceIndex>,
) -> Vec<RouteAnswer> {
    let is_of_service = |route: &RouteView<'_>| {
        let Some(service) = service else { return true };
        matches!(&*route.origin, Origin::Learned(from) if from.iter().any(|from| from.address.service == service))
    };
    let mut routes: Vec<RouteView<'_>> = set.routes(&plan.learned).filter(is_of_service).collect();
    if let Some(prefix) = query.prefix {
        // Without a route to the prefix itself, the routes that contain it carry its traffic.
        let is_exact = routes.iter().any(|view| view.route.prefix == prefix);
        let contains = |other: Ipv4Net| if is_exact { other == prefix } else { other.contains(&prefix) };
        routes.retain(|view| contains(view.route.prefix));
    }
    routes.iter().map(|route| route_answer(plan, view, route)).collect()
}

fn route_answer(plan: &Plan<'_>, (node, router): (&View<'_>, &str), view: &RouteView<'_>) -> RouteAnswer {
    let from = match &*view.origin {
        Origin::Default(_) => vec![RouteOrigin::DefaultRoute],
        Origin::Static(address) => vec![RouteOrigin::StaticRoute { address: address.value.clone() }],
        Origin::Learned(from) => from.iter().map(|from| service_origin(plan, from)).collect(),
    };
    let metric_element = node.metric_element(view.route.prefix).in_authority(router).to_string();
    RouteAnswer { prefix: view.route.prefix, metric: view.route.metric, metric_element, from }
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
