//! Advice about a plan: it can be published as requested, but is probably not intended.
//!
//! `validate` gives it. `generate` skips it, because advice does not affect the published files
//! (`docs/rules.md`).

use super::{Run, parallel};
use crate::diagnostics::Finding;
use crate::rules::{self, AdviceContext, Prefixes, RouterContext, RoutesContext};

/// Returns the advice about a plan.
#[must_use]
pub fn advise(run: &Run<'_>) -> Vec<Finding> {
    let Run { checked, plan, .. } = run;
    let of_plan = || {
        let mut findings = Vec::new();
        rules::advise_plan(&AdviceContext { checked, plan }, &mut findings);
        findings
    };
    let (mut findings, of_routes) = rayon::join(of_plan, || advise_routes(run));
    findings.extend(of_routes);
    findings
}

/// Returns the advice about each set of routes.
fn advise_routes(run: &Run<'_>) -> Vec<Finding> {
    let Run { checked, plan, .. } = run;
    let learned = &plan.learned;
    let mut findings = Vec::new();
    let shared = Prefixes::new(learned.everywhere.prefixes.iter().map(|shared| shared.prefix));
    let routers: Vec<_> = checked.routers.iter().zip(&plan.routers).collect();
    parallel::map(&routers, &mut findings, |(router, plan), findings| {
        for set in (RouterContext { checked: router, plan, learned, of_router: &[] }).sets() {
            let context = RoutesContext {
                router: router.router,
                own: Prefixes::new(set.routes.own.iter().map(|route| route.route.prefix)),
                set,
                learned,
                shared: &shared,
            };
            rules::advise_routes(&context, findings);
        }
    });
    findings
}
