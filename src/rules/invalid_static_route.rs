//! `invalid-static-route`: a static route to an invalid IPv4 prefix.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{AddressKind, Fix};

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-static-route", Error, "A static route to an invalid IPv4 prefix.");

/// Reports static routes to something other than an IP prefix.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    for address in context.raw.static_routes().iter().map(|route| &route.address) {
        if matches!(address.value.kind(), AddressKind::HostName(_) | AddressKind::Invalid) {
            let text = address.value.as_str();
            let message = match address.value.defect() {
                Some(defect) => format!("invalid prefix {text:?}: {defect}"),
                None => format!("invalid prefix {text:?}; write an IPv4 prefix such as 192.0.2.0/24, or an address"),
            };
            let prefix = address.value.with_netmask();
            let fix = prefix.map(|prefix| Fix::guess(address.at, text, &prefix.to_string()));
            findings.push(context.of_static_route(&RULE, address, message).fix(fix));
        }
    }
}
