//! `host-bits-set`: an address with host bits set.

use super::addresses::{Remark, Replacement};
use super::{BlockContext, RouterContext, addresses};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("host-bits-set", Warning, "An address with host bits set.");

fn remark(address: &Address) -> Option<Remark> {
    let AddressKind::Ipv4 { network, host_bits: true } = address.kind() else { return None };
    address.routable()?;
    let message = format!("{address} has host bits set; write {network}, which is routed");
    Some(Remark { message, replacement: Some(Replacement::Same(network.to_string())) })
}

/// Reports static routes. Another rule reports the gateway's address, so this one skips it.
pub(super) fn check_block(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    addresses::report_static(&RULE, remark, context, findings);
}

/// Reports the addresses of services that admit the tenant.
pub(super) fn check_services(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    addresses::report_admitted(&RULE, remark, learned, findings);
}

/// Reports the addresses to which a router maps host names.
pub(super) fn check_mappings(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    addresses::report_mapped(&RULE, remark, context, findings);
}
