//! Advice about a plan: it can be published as requested, but is probably not intended.
//!
//! `validate` gives it. `generate` skips it, because it does not change what is published
//! (`docs/rules.md`).

use std::net::Ipv4Addr;

use super::{Run, parallel};
use crate::diagnostics::Finding;
use crate::model::{AddressKind, Authority, Router};
use crate::rules::{self, AdviceContext, Prefixes, RouterContext, RoutesContext, Served};

/// Returns the advice about a plan.
#[must_use]
pub fn advise(run: &Run<'_>) -> Vec<Finding> {
    let Run { checked, plan, .. } = run;
    let learned = &plan.learned;
    let mut findings = Vec::new();
    rules::advise_plan(&AdviceContext { checked, plan }, &mut findings);
    let shared = Prefixes::new(learned.everywhere.prefixes.iter().map(|shared| shared.prefix));
    let served = Served::default();
    let routers: Vec<_> = checked.routers.iter().zip(&plan.routers).collect();
    parallel::map(&routers, &mut findings, |(router, plan), findings| {
        let conductors = conductors(router.router, checked.authority);
        for set in (RouterContext { checked: router, plan, learned, of_router: &[] }).sets() {
            let context = RoutesContext {
                router: router.router,
                own: Prefixes::new(set.routes.own.iter().map(|route| route.route.prefix)),
                set,
                learned,
                shared: &shared,
                conductors: &conductors,
                served: &served,
            };
            rules::advise_routes(&context, findings);
        }
    });
    findings
}

/// Returns the IPv4 addresses of a router's conductors. Its own list replaces the authority's,
/// and its own mapping resolves host names.
fn conductors(router: &Router, authority: &Authority) -> Vec<Ipv4Addr> {
    let own = &router.conductor_addresses;
    let given = if own.is_empty() { &authority.conductor_addresses } else { own };
    let addresses = given.iter().flat_map(|given| match given.value.kind() {
        AddressKind::HostName(name) => router.mapped(name),
        _ => std::slice::from_ref(given),
    });
    addresses.filter_map(|address| address.value.host()).collect()
}
