//! `conductor-cut-off`: a route to the conductor through `kni254` without a matching service.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::RoutesContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::route::default_prefix;
use crate::model::{Origin, RouteView};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("conductor-cut-off", Warning, "A route to the conductor through `kni254` without a matching service.");

/// Reports routes to the conductor for whose traffic there is no service: the router would lose its
/// connection to the conductor.
pub(super) fn check(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    for address in context.conductors {
        let Some(view) = cover(context, *address) else { continue };
        if matches!(*view.origin, Origin::Learned(_)) || context.is_served(*address) {
            continue;
        }
        let message = format!(
            "this route leads to the conductor {address} through kni254, but no service for tenant `_internal_` that \
             applies to this router leads there, so the router would lose its conductor; add such a service, or narrow \
             the route"
        );
        findings.push(context.finding(&RULE, &view.origin, message));
    }
}

/// Returns the route that packets to an address take.
fn cover<'c>(context: &RoutesContext<'c>, address: Ipv4Addr) -> Option<RouteView<'c>> {
    let host = Ipv4Net::from(address);
    let set = context.set.routes;
    let around = || context.own.around(host).filter(|_| !context.own.contains(&host));
    let get = |prefix| set.get(prefix, context.learned);
    get(host).or_else(|| get(around()?)).or_else(|| get(default_prefix()))
}
