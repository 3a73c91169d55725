//! `unrouted-host-name`: a host name without a mapping to an IPv4 address.

use super::{RouterContext, addresses};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::authority::Purpose;

/// The rule.
pub(crate) static RULE: Rule =
    rule!("unrouted-host-name", Warning, "A host name without a mapping to an IPv4 address.");

/// Reports host names without an IPv4 address in the router's mapping.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for (set, resolution) in context.resolutions() {
        if resolution.addresses.iter().any(|address| address.value.routable().is_some()) {
            continue;
        }
        let service = context.learned.service(resolution.address.service);
        let address = context.learned.address(resolution.address);
        let effect = match context.purpose(service) {
            Some(Purpose::Conductor) => ", so the router may lose its conductor",
            Some(Purpose::Management) => ", so the router may lose its management connections",
            None => "",
        };
        let message = format!(
            "no route to host name {} of service {}{effect}: the router's `static-hostname-mapping` has no IPv4 address for it; \
             add one, or give the service an address",
            address.value, service.name.value
        );
        let path = addresses::path(service, &address.value);
        findings.push(set.finding(&RULE, message).path(path).at(address.at));
    }
}
