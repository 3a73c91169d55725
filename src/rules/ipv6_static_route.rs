//! `ipv6-static-route`: a static route to an IPv6 prefix.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::AddressKind;

/// The rule.
pub(crate) static RULE: Rule = rule!("ipv6-static-route", Error, "A static route to an IPv6 prefix.");

/// Reports static routes to an IPv6 prefix.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    for address in context.raw.static_routes().iter().map(|route| &route.address) {
        if matches!(address.value.kind(), AddressKind::Ipv6(_)) {
            let message = format!("{} is IPv6, but route-kni254 has IPv4 routes only; remove it", address.value);
            findings.push(context.of_static_route(&RULE, address, message));
        }
    }
}
