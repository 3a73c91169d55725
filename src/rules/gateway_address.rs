//! `gateway-address`: a route to the address of the gateway.

use ipnet::Ipv4Net;

use super::{BlockContext, RouterContext, finding_of_address};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, GATEWAY, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("gateway-address", Notice, "A route to the address of the gateway.");

fn message(address: &Address) -> Option<String> {
    let is_gateway = address.network() == Some(Ipv4Net::from(GATEWAY));
    is_gateway.then(|| format!("{GATEWAY} is the gateway on the link itself; the route is skipped"))
}

/// Reports static routes.
pub(super) fn check_block(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    for address in context.raw.static_routes().iter().map(|route| &route.address) {
        findings.extend(message(&address.value).map(|message| context.of_static_route(&RULE, address, message)));
    }
}

/// Reports the addresses of services that admit the tenant.
pub(super) fn check_services(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    super::each_admitted_address(learned, |service, address| {
        findings.extend(message(&address.value).map(|message| finding_of_address(&RULE, service, address, message)));
    });
}

/// Reports the addresses that a router maps host names to.
pub(super) fn check_mappings(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    context.each_mapped_address(&RULE, message, findings);
}
