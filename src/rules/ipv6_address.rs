//! `ipv6-address`: an IPv6 address of a service.

use super::{RouterContext, addresses};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("ipv6-address", Notice, "An IPv6 address of a service.");

fn message(address: &Address) -> Option<String> {
    let is_ipv6 = matches!(address.kind(), AddressKind::Ipv6(_));
    is_ipv6.then(|| format!("{address} is IPv6, but route-kni254 has IPv4 routes only; it gets no route"))
}

/// Reports the addresses of services that admit the tenant.
pub(super) fn check_services(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    addresses::report_admitted(&RULE, message, learned, findings);
}

/// Reports the addresses to which a router maps host names.
pub(super) fn check_mappings(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    addresses::report_mapped(&RULE, message, context, findings);
}
