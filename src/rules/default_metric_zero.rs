//! `default-metric-zero`: a default route with metric 0.

use super::RouterContext;
use super::context::place_of;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Metric;
use crate::model::route::default_prefix;

/// The rule.
pub(crate) static RULE: Rule = rule!("default-metric-zero", Notice, "A default route with metric 0.");

/// Reports default routes of metric 0.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets() {
        let route = set.routes.get(default_prefix(), context.learned);
        let Some(route) = route.filter(|route| route.route.metric == Metric(0)) else { continue };
        let message = "the default route has metric 0 and competes with any other default route of metric 0; \
                       set a higher `metric` where kni254 is the backup";
        findings.push(set.finding(&RULE, message).at(place_of(&route.origin, context.learned)));
    }
}
