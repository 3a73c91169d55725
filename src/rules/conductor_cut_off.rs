//! `conductor-cut-off`: a route to the conductor through `kni254` without a matching service.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::RoutesContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::route::default_prefix;
use crate::model::{AddressKind, Origin, RouteView, ServiceIndex};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("conductor-cut-off", Warning, "A route to the conductor through `kni254` without a matching service.");

/// Reports routes to the conductor without a matching service: the router would lose its conductor.
pub(super) fn check(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    for address in conductors(context) {
        let Some(view) = cover(context, address) else { continue };
        if matches!(*view.origin, Origin::Learned(_)) || is_served(context, address) {
            continue;
        }
        let message = format!(
            "this route leads to the conductor {address} through kni254, but no service for tenant `_internal_` that \
             applies to this router leads there, so the router would lose its conductor; add such a service, or narrow \
             the route"
        );
        findings.push(context.finding(&RULE, &view.origin, message));
    }
}

/// Returns the IPv4 addresses of the router's conductors. Its own mapping resolves host names.
fn conductors<'c>(context: &RoutesContext<'c>) -> impl Iterator<Item = Ipv4Addr> + use<'c> {
    let router = context.router;
    let addresses = router.conductors(context.learned.authority).iter().flat_map(|given| match given.value.kind() {
        AddressKind::HostName(name) => router.mapped(name),
        _ => std::slice::from_ref(given),
    });
    addresses.filter_map(|address| address.value.host())
}

/// Returns true if a service that applies to the router leads to an address. A service with
/// errors may lead there, so the result is true.
fn is_served(context: &RoutesContext<'_>, address: Ipv4Addr) -> bool {
    let (learned, router) = (context.learned, context.router);
    let serves = |service: &ServiceIndex| {
        let decision = learned.decision(*service);
        decision.in_error || decision.destinations.prefixes.iter().any(|to| to.prefix.contains(&address))
    };
    let of_router = learned.of_router(router);
    !learned.everywhere.in_error.is_empty()
        || context.shared.leads_to(address)
        || of_router.iter().any(serves)
        || learned.host_addresses(router, &of_router).any(|host| host == address)
}

/// Returns the route that packets to an address take.
fn cover<'c>(context: &RoutesContext<'c>, address: Ipv4Addr) -> Option<RouteView<'c>> {
    let host = Ipv4Net::from(address);
    let set = context.set.routes;
    let around = || context.own.around(host).filter(|_| !context.own.contains(&host));
    let get = |prefix| set.get(prefix, context.learned);
    get(host).or_else(|| get(around()?)).or_else(|| get(default_prefix()))
}
