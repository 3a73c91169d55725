//! `no-routes`: the plugin is enabled, but has no routes.

use super::RouterContext;
use crate::diagnostics::{Finding, Rule, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("no-routes", Warning, "The plugin is enabled, but has no routes.");

/// Reports blocks without a route. With a service in error, the routes are unknown.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets() {
        let is_open = set.block.learn_from_services && context.learned.in_error(context.of_router).next().is_some();
        if set.routes.is_empty(context.learned) && !is_open {
            let message = "the plugin is on, but there are no routes; add `default-route`, `static-route` or \
                           `learn-from-services`, or set `enabled` to false";
            findings.push(set.finding(&RULE, message));
        }
    }
}
