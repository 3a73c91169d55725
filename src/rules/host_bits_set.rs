//! `host-bits-set`: an address with host bits set.

use super::{BlockContext, RouterContext, finding_of_address};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("host-bits-set", Warning, "An address with host bits set.");

fn message(address: &Address) -> Option<String> {
    let AddressKind::Ipv4 { network, host_bits: true } = address.kind() else { return None };
    address.routable()?;
    Some(format!("{address} has host bits set and is routed as {network}; write {network}"))
}

/// Reports static routes. The gateway's address is skipped, because `gateway-address` reports it.
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
