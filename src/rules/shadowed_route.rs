//! `shadowed-route`: a static route inside a learned prefix.

use super::RoutesContext;
use crate::diagnostics::{Finding, Rule, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("shadowed-route", Notice, "A static route inside a learned prefix.");

/// Reports static routes inside a learned prefix that lead to the same gateway.
pub(super) fn check(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    for (route, outer) in context.nested_static_routes() {
        if outer.is_learned() && route.route.metric <= outer.view.route.metric {
            let message = format!(
                "{} is inside the learned {}, which leads to the same gateway, so this static route has no effect; \
                 remove it, unless another interface has a route in between",
                route.route.prefix, outer.view.route.prefix
            );
            let finding = context.finding(&RULE, &route.origin, message);
            findings.push(outer.relate(finding, context.learned));
        }
    }
}
