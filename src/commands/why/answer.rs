//! Why a node has a route, and why it has not: told from the plan itself, so that it is what `generate` goes by.

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::diagnostics::did_you_mean;
use crate::model::{Address, AddressKind, Metric, Router};
use crate::model::{Admission, ServiceIndex};
use crate::model::{LearnedFrom, NodePlan, NodeState, Origin, Plan, RouteSet, RouterPlan};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The router.
    pub router: String,
    /// One of its nodes; none: all.
    pub node: Option<String>,
    /// Only what concerns this prefix.
    pub prefix: Option<Ipv4Net>,
    /// Only what concerns this service.
    pub service: Option<String>,
}

/// A name in the query that the configuration does not have.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no {kind} {name:?}{}", near.as_ref().map_or(String::new(), |near| format!("; did you mean {near:?}?")))]
pub struct Unknown {
    kind: &'static str,
    name: String,
    near: Option<String>,
}

/// What is known about one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answer {
    /// The router.
    pub router: String,
    /// The node.
    pub node: String,
    /// What the node has, in words.
    pub state: &'static str,
    /// Its routes.
    pub routes: Vec<RouteAnswer>,
    /// What is not routed.
    pub not_routed: Vec<NotRouted>,
}

/// A route and all that it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteAnswer {
    /// The destination.
    pub prefix: Ipv4Net,
    /// The metric.
    pub metric: Metric,
    /// Where it comes from.
    pub from: Vec<Source>,
}

/// Where a route comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "kind")]
pub enum Source {
    /// The block's `default-route`.
    DefaultRoute,
    /// A `static-route`.
    StaticRoute {
        /// The address as written.
        address: String,
    },
    /// A service.
    Service {
        /// The service.
        service: String,
        /// The address as written.
        address: String,
        /// The service that holds the deciding access policy: itself, or an ancestor.
        access_policy_of: String,
        /// That policy's source.
        source: String,
        /// The service that holds the deciding `applies-to`; none: it applies to every router.
        #[serde(skip_serializing_if = "Option::is_none")]
        applies_to_of: Option<String>,
        /// What the router's `static-hostname-mapping` gives for the address.
        #[serde(skip_serializing_if = "Option::is_none")]
        mapped_to: Option<String>,
    },
}

/// Something that is not routed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NotRouted {
    /// The service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The address as written, where it is one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Why.
    pub reason: String,
}

/// Answers a query.
///
/// # Errors
///
/// The router, node or service does not exist.
pub fn why(plan: &Plan<'_>, query: &Query) -> Result<Vec<Answer>, Unknown> {
    let names = || plan.routers.iter().map(|router| router.router.name.value.as_str());
    let router = plan
        .routers
        .iter()
        .find(|router| router.router.name.value == query.router)
        .ok_or_else(|| unknown("router", &query.router, names()))?;
    if let Some(node) = &query.node {
        let names = router.nodes.iter().map(|node| node.id.node.as_str());
        if !names.clone().any(|name| name == node) {
            return Err(unknown("node", node, names));
        }
    }
    let service = query.service.as_ref().map(|name| find_service(plan, name)).transpose()?;
    let nodes = router.nodes.iter().filter(|node| query.node.as_ref().is_none_or(|name| *name == node.id.node));
    Ok(nodes.map(|node| answer(plan, router, node, query, service)).collect())
}

fn unknown<'k>(kind: &'static str, name: &str, known: impl Iterator<Item = &'k str>) -> Unknown {
    Unknown { kind, name: name.to_owned(), near: did_you_mean(name, known).map(str::to_owned) }
}

fn find_service(plan: &Plan<'_>, name: &str) -> Result<ServiceIndex, Unknown> {
    let names = || plan.learned.services().iter().map(|service| service.name.value.as_str());
    names().position(|known| known == name).ok_or_else(|| unknown("service", name, names()))
}

fn answer(
    plan: &Plan<'_>,
    router: &RouterPlan<'_>,
    node: &NodePlan<'_>,
    query: &Query,
    service: Option<ServiceIndex>,
) -> Answer {
    let (state, set) = match node.state {
        NodeState::Unmanaged => ("unmanaged: the router has no plugin block, or the node is a conductor's", None),
        NodeState::Off => ("off: the plugin block is empty or says `enabled false`", None),
        NodeState::Held => ("held: the node keeps what it has until the errors are mended", None),
        NodeState::On(set) => ("on", router.route_sets[set].as_ref()),
    };
    let mut routes = set.map_or(Vec::new(), |set| routes_of(plan, set));
    if let Some(service) = service {
        let name = &plan.learned.service(service).name.value;
        routes.retain(|route| {
            route.from.iter().any(|from| matches!(from, Source::Service { service, .. } if service == name))
        });
    }
    if let Some(prefix) = query.prefix {
        // The exact route; else those that cover it, since these carry the traffic.
        let exact = routes.iter().any(|route| route.prefix == prefix);
        routes.retain(|route| if exact { route.prefix == prefix } else { route.prefix.contains(&prefix) });
    }
    let mut not_routed = set.map_or(Vec::new(), |set| not_routed(plan, router.router, set, query, service));
    if let (Some(prefix), true, true) = (query.prefix, routes.is_empty(), not_routed.is_empty()) {
        let reason = match set {
            Some(_) => format!("no service for tenant `_internal_` and no static route leads to {prefix}"),
            None => format!("the node is {state}"),
        };
        not_routed.push(NotRouted { service: None, address: Some(prefix.to_string()), reason });
    }
    Answer { router: node.id.router.clone(), node: node.id.node.clone(), state, routes, not_routed }
}

fn routes_of(plan: &Plan<'_>, set: &RouteSet) -> Vec<RouteAnswer> {
    set.routes(&plan.learned)
        .map(|view| {
            let from = match &*view.origin {
                Origin::Default(_) => vec![Source::DefaultRoute],
                Origin::Static(address) => vec![Source::StaticRoute { address: address.value.clone() }],
                Origin::Learned(from) => from.iter().map(|from| service_source(plan, from)).collect(),
            };
            RouteAnswer { prefix: view.route.prefix, metric: view.route.metric, from }
        })
        .collect()
}

fn service_source(plan: &Plan<'_>, from: &LearnedFrom) -> Source {
    let learned = &plan.learned;
    let decision = learned.decision(from.address.service);
    let name = |service: ServiceIndex| learned.service(service).name.value.clone();
    let Admission::Admitted { by, source } = &decision.admission else {
        unreachable!("only a service that admits the tenant is learned")
    };
    Source::Service {
        service: name(from.address.service),
        address: learned.address(from.address).value.to_string(),
        access_policy_of: name(*by),
        source: source.clone(),
        applies_to_of: decision.applies_to.map(name),
        mapped_to: from.mapped_to.as_ref().map(|address| address.value.to_string()),
    }
}

/// What is asked for and not routed. Without a prefix or service in the query: the services that have to do with the tenant.
fn not_routed(
    plan: &Plan<'_>,
    router: &Router,
    set: &RouteSet,
    query: &Query,
    service: Option<ServiceIndex>,
) -> Vec<NotRouted> {
    let learned = &plan.learned;
    let mut services: Vec<ServiceIndex> = match service {
        Some(service) => vec![service],
        None => (0..learned.services().len()).collect(),
    };
    learned.sort_by_name(&mut services);
    let mut answers = Vec::new();
    for index in services {
        let written = learned.service(index);
        let overlaps = |address: &Address| match (query.prefix, address.network()) {
            (None, _) => true,
            (Some(prefix), Some(network)) => network.contains(&prefix) || prefix.contains(&network),
            (Some(_), None) => false,
        };
        if query.prefix.is_some() && !written.addresses.iter().any(|address| overlaps(&address.value)) {
            continue;
        }
        let named = service.is_some() || query.prefix.is_some();
        match service_verdict(plan, router, set, index) {
            Verdict::Learned => {}
            Verdict::NotLearned { concerns_tenant, reason } => {
                if named || concerns_tenant {
                    answers.push(NotRouted { service: Some(written.name.value.clone()), address: None, reason });
                }
                continue;
            }
        }
        for (position, address) in written.addresses.iter().enumerate().filter(|(_, a)| overlaps(&a.value)) {
            if let Some(reason) = address_reason(plan, set, index, position) {
                let (service, address) = (Some(written.name.value.clone()), Some(address.value.to_string()));
                answers.push(NotRouted { service, address, reason });
            }
        }
    }
    answers
}

/// Whether a router learns from a service.
enum Verdict {
    Learned,
    NotLearned {
        /// Whether it would be learned but for this: an operator who did not name it wants to know all the same.
        concerns_tenant: bool,
        reason: String,
    },
}

fn service_verdict(plan: &Plan<'_>, router: &Router, set: &RouteSet, index: ServiceIndex) -> Verdict {
    let learned = &plan.learned;
    let decision = learned.decision(index);
    let service = learned.service(index);
    let name = |service: ServiceIndex| &learned.service(service).name.value;
    let (concerns_tenant, reason) = match &decision.admission {
        Admission::NoPolicy { public } => {
            let public = if *public { " (scope public gives it nothing)" } else { "" };
            let reason = format!("no access policy of the service or its ancestors is for tenant `_internal_`{public}");
            (false, reason)
        }
        Admission::Disabled => (true, "the service has `enabled false`".to_owned()),
        Admission::Denied { by, source } => {
            (true, format!("the access policy {source:?} of service {} denies it", name(*by)))
        }
        Admission::Undecided => (true, "its access policies have errors".to_owned()),
        Admission::Admitted { .. } if !learned.applies(index, router) => {
            let by = decision.applies_to.map_or("", |by| name(by));
            (false, format!("the `applies-to` of service {by} does not name this router or a group of it"))
        }
        Admission::Admitted { .. } if decision.in_error => (true, "the service has errors".to_owned()),
        Admission::Admitted { .. } if !set.learns => (true, "`learn-from-services` is off".to_owned()),
        Admission::Admitted { .. } if service.addresses.is_empty() => {
            (true, "the service has no `address`, so there is nothing to route".to_owned())
        }
        Admission::Admitted { .. } => return Verdict::Learned,
    };
    Verdict::NotLearned { concerns_tenant, reason }
}

/// Why an address of a learned service is not routed; `None` where it is.
fn address_reason(plan: &Plan<'_>, set: &RouteSet, service: ServiceIndex, position: usize) -> Option<String> {
    let written = &plan.learned.service(service).addresses[position];
    match written.value.kind() {
        AddressKind::Ipv4 { network, .. } => {
            let Some(route) = set.get(*network, &plan.learned) else {
                return Some("it is the gateway itself, which is on the link".to_owned());
            };
            matches!(&*route.origin, Origin::Static(_))
                .then(|| "a static route to the same prefix stands instead".to_owned())
        }
        AddressKind::Ipv6(_) => Some("it is IPv6, which route-kni254 does not hold".to_owned()),
        AddressKind::HostName(_) => {
            let mapped = |origin: &Origin| {
                matches!(origin, Origin::Learned(from) if from.iter().any(|from| {
                    from.address.service == service && from.address.address == position
                }))
            };
            let any = set.own.iter().any(|route| mapped(&route.origin));
            (!any).then(|| "the router's `static-hostname-mapping` gives no IPv4 address for it".to_owned())
        }
        AddressKind::Invalid => Some("it is no IP prefix, no IP address and no host name".to_owned()),
    }
}
