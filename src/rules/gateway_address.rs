//! `gateway-address`: a route to the address of the gateway.

use ipnet::Ipv4Net;

use super::{BlockContext, RouterContext, addresses};
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
