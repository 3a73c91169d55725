//! The services by the routers that they apply to, and the prefixes that all routers share.

use ipnet::Ipv4Net;

use crate::model::authority::AppliesToKind;
use crate::model::learned::{Decision, Learned, ServiceAddress, ServicesByName, Shared, SharedPrefix};
use crate::model::line_order::LineOrder;
use crate::model::{Admission, Authority, ServiceIndex};

/// Returns the decisions with their index.
pub(super) fn learned(authority: &Authority, decisions: Vec<Decision>) -> Learned<'_> {
    let mut everywhere = Vec::new();
    let mut by_name = ServicesByName::default();
    for (index, decision) in decisions.iter().enumerate() {
        if !decision.in_error && !matches!(decision.admission, Admission::Admitted(_)) {
            continue;
        }
        let Some(by) = decision.applies_to.filter(|_| !decision.unread) else {
            everywhere.push(index);
            continue;
        };
        for applies in &authority.services[by].applies_to {
            let services = match &applies.kind.value {
                // An unknown type may mean any router.
                AppliesToKind::Authority | AppliesToKind::Unknown(_) => {
                    everywhere.push(index);
                    continue;
                }
                AppliesToKind::Router => &mut by_name.routers,
                AppliesToKind::RouterGroup => &mut by_name.router_groups,
                AppliesToKind::ResourceGroup => &mut by_name.resource_groups,
            };
            for name in &applies.names {
                services.entry(name.value.as_str()).or_default().push(index);
            }
        }
    }
    let mut learned = Learned { authority, decisions, everywhere: Shared::default(), by_name };
    learned.sort_by_name(&mut everywhere);
    everywhere.dedup();
    learned.everywhere = share(&learned, everywhere);
    learned
}

fn share(learned: &Learned<'_>, services: Vec<ServiceIndex>) -> Shared {
    let mut addresses: Vec<(Ipv4Net, ServiceAddress)> = Vec::new();
    for &service in &services {
        let decision = learned.decision(service);
        for destination in decision.destinations.prefixes.iter().filter(|_| !decision.in_error) {
            addresses.push((destination.prefix, ServiceAddress { service, address: destination.address }));
        }
    }
    addresses.sort_by_key(|(prefix, _)| LineOrder::of(*prefix));
    let shared = |of_prefix: &[(Ipv4Net, ServiceAddress)]| SharedPrefix {
        prefix: of_prefix[0].0,
        from: of_prefix.iter().map(|(_, address)| *address).collect(),
    };
    let prefixes = addresses.chunk_by(|(a, _), (b, _)| a == b).map(shared).collect();
    let only = |keep: &dyn Fn(&Decision) -> bool| {
        services.iter().copied().filter(|service| keep(learned.decision(*service))).collect::<Vec<_>>()
    };
    let with_host_names = only(&|decision| !decision.in_error && !decision.destinations.host_names.is_empty());
    let in_error = only(&|decision| decision.in_error);
    let mut by_importance = services.clone();
    by_importance.sort_by_key(|service| learned.service(*service).generated_for().is_none());
    Shared { services, prefixes, with_host_names, in_error, by_importance }
}
