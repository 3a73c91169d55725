//! `duplicate-static-route`: two static routes with the same destination.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, Located};

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-static-route", Error, "Two static routes with the same destination.");

/// Reports all but one of the static routes to the same destination. The first by address is left
/// out, so that the order of the entries has no effect.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    let mut by_prefix: BTreeMap<Ipv4Net, Vec<&Located<Address>>> = BTreeMap::new();
    for route in context.raw.static_routes() {
        if let Some(prefix) = route.address.value.routable() {
            by_prefix.entry(prefix).or_default().push(&route.address);
        }
    }
    for (prefix, mut addresses) in by_prefix {
        addresses.sort_by_key(|address| (address.value.as_str(), address.at));
        let Some((first, others)) = addresses.split_first() else { continue };
        for address in others {
            let message = format!("duplicate static route to {prefix}; remove one of them");
            let finding = context.of_static_route(&RULE, address, message);
            findings.push(finding.related("the other one", first.at));
        }
    }
}
