//! The reasons why services and addresses have no route on a router.

use crate::commands::why::answer::{NotRouted, Query};
use crate::model::{Address, AddressKind, Admission, Origin, Plan, RouteSet, Router, ServiceIndex};

/// Returns the services and addresses that the query selects and the router does not route. A query
/// that names neither a prefix nor a service leaves out the services that are not for the tenant,
/// or not for this router.
pub(super) fn not_routed(
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
    let is_named = service.is_some() || query.prefix.is_some();
    let mut answers = Vec::new();
    for index in services {
        let service = learned.service(index);
        if query.prefix.is_some() && !service.addresses.iter().any(|address| overlaps(query, &address.value)) {
            continue;
        }
        let name = || Some(service.name.value.clone());
        if let Verdict::NotLearned { concerns_tenant, reason } = verdict(plan, router, set, index) {
            if is_named || concerns_tenant {
                answers.push(NotRouted { service: name(), address: None, reason });
            }
            continue;
        }
        for (position, address) in service.addresses.iter().enumerate() {
            if !overlaps(query, &address.value) {
                continue;
            }
            if let Some(reason) = address_reason(plan, set, index, position) {
                answers.push(NotRouted { service: name(), address: Some(address.value.to_string()), reason });
            }
        }
    }
    answers
}

/// Returns true if an address and the prefix of the query overlap, or the query has no prefix.
fn overlaps(query: &Query, address: &Address) -> bool {
    match (query.prefix, address.network()) {
        (None, _) => true,
        (Some(prefix), Some(network)) => network.contains(&prefix) || prefix.contains(&network),
        (Some(_), None) => false,
    }
}

/// The decision about a service: learned, or not and why.
enum Verdict {
    Learned,
    NotLearned {
        /// True if the service concerns the tenant. Then it is reported even if the query does not
        /// name it.
        concerns_tenant: bool,
        reason: String,
    },
}

fn verdict(plan: &Plan<'_>, router: &Router, set: &RouteSet, index: ServiceIndex) -> Verdict {
    let learned = &plan.learned;
    let decision = learned.decision(index);
    let service = learned.service(index);
    let name = |service: ServiceIndex| learned.service(service).name.value.as_str();
    let (concerns_tenant, reason) = match &decision.admission {
        Admission::NoPolicy { public } => {
            let public = if *public { ", and `scope public` does not either" } else { "" };
            let policies = "no access policy of the service or its ancestors allows tenant `_internal_`";
            (false, format!("{policies}{public}"))
        }
        Admission::Disabled => (true, "the service has `enabled false`".to_owned()),
        Admission::Denied(policy) => {
            let (source, by) = (learned.policy(*policy).source.value.as_str(), name(policy.service));
            (true, format!("the access policy {source:?} of service {by} denies tenant `_internal_`"))
        }
        Admission::Undecided => (true, "its access policies have errors".to_owned()),
        Admission::Admitted(_) if !learned.applies(index, router) => {
            let by = decision.applies_to.map_or("", name);
            (false, format!("the `applies-to` of service {by} names neither this router nor one of its groups"))
        }
        Admission::Admitted(_) if decision.in_error => (true, "the service has errors".to_owned()),
        Admission::Admitted(_) if !set.learns => (true, "`learn-from-services` is off".to_owned()),
        Admission::Admitted(_) if service.addresses.is_empty() => (true, "the service has no `address`".to_owned()),
        Admission::Admitted(_) => return Verdict::Learned,
    };
    Verdict::NotLearned { concerns_tenant, reason }
}

/// Returns the reason why an address of a learned service is not routed, or `None` if it is routed.
fn address_reason(plan: &Plan<'_>, set: &RouteSet, service: ServiceIndex, position: usize) -> Option<String> {
    let address = &plan.learned.service(service).addresses[position];
    let reason = match address.value.kind() {
        AddressKind::Ipv4 { network, .. } => match set.get(*network, &plan.learned) {
            None => "it is the address of the gateway, which is on the link",
            Some(route) if matches!(&*route.origin, Origin::Static(_)) => {
                "a static route to the same prefix replaces it"
            }
            Some(_) => return None,
        },
        AddressKind::Ipv6(_) => "it is IPv6, but route-kni254 has IPv4 routes only",
        AddressKind::HostName(_) => {
            let is_from = |origin: &Origin| {
                matches!(origin, Origin::Learned(from) if from.iter().any(|from| {
                    from.address.service == service && from.address.address == position
                }))
            };
            if set.own.iter().any(|route| is_from(&route.origin)) {
                return None;
            }
            "the router's `static-hostname-mapping` has no IPv4 address for it"
        }
        AddressKind::Invalid => "it is not a valid IP address, IP prefix or host name",
    };
    Some(reason.to_owned())
}
