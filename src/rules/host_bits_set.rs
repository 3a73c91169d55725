//! `host-bits-set`: an address with host bits set.

use super::{BlockContext, RouterContext, addresses};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("host-bits-set", Warning, "An address with host bits set.");

fn message(address: &Address) -> Option<String> {
    let AddressKind::Ipv4 { network, host_bits: true } = address.kind() else { return None };
    address.routable()?;
    Some(format!("{address} has host bits set and is routed as {network}; write {network}"))
}

/// Reports static routes. Another rule reports the gateway's address, so this one skips it.
pub(super) fn check_block(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    addresses::report_static(&RULE, message, context, findings);
}

/// Reports the addresses of services that admit the tenant.
pub(super) fn check_services(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    addresses::report_admitted(&RULE, message, learned, findings);
}

/// Reports the addresses to which a router maps host names.
pub(super) fn check_mappings(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    addresses::report_mapped(&RULE, message, context, findings);
}
