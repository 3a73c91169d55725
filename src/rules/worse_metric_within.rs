//! `worse-metric-within`: a longer prefix with a worse metric than the shorter prefix that contains
//! it.

use ipnet::Ipv4Net;

use super::RoutesContext;
use super::context::place_of;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::route::default_prefix;
use crate::model::{Metric, Origin};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("worse-metric-within", Warning, "A longer prefix with a worse metric than the shorter prefix around it.");

/// Reports routes with a worse metric than the route that contains them.
pub(super) fn check(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    static_within_other(context, findings);
    learned_within_static(context, findings);
}

fn static_within_other(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    for (route, outer) in context.nested_static_routes() {
        let (metric, outer_metric) = (route.route.metric, outer.view.route.metric);
        if metric > outer_metric {
            let message = message(route.route.prefix, metric, outer.view.route.prefix, outer_metric, outer.kind());
            let finding = context.finding(&RULE, &route.origin, message);
            findings.push(outer.relate(finding, context.learned));
        }
    }
}

/// Reports each static route once, for any number of learned prefixes inside it.
fn learned_within_static(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    let set = context.set.routes;
    for route in set.own.iter().filter(|route| matches!(route.origin, Origin::Static(_))) {
        let prefix = route.route.prefix;
        if prefix == default_prefix() || !set.learns || set.metric <= route.route.metric {
            continue;
        }
        let own = context.own.within(prefix).filter(|inner| context.is_learned(*inner));
        let shared = context.shared.within(prefix).filter(|inner| !context.own.contains(inner));
        let Some(inner) = own.chain(shared).min() else { continue };
        let message = message(inner, set.metric, prefix, route.route.metric, "static");
        let mut finding = context.finding(&RULE, &route.origin, message);
        let place = set.get(inner, context.learned).and_then(|view| place_of(&view.origin, context.learned));
        if let Some(at) = place {
            finding = finding.related(format!("{inner}, learned"), at);
        }
        findings.push(finding);
    }
}

fn message(inner: Ipv4Net, metric: Metric, outer: Ipv4Net, outer_metric: Metric, kind: &str) -> String {
    format!(
        "{inner} with metric {metric} is inside the {kind} {outer} with the better metric {outer_metric}, but the longest \
         prefix always wins, so the worse metric has no effect; use the same metric"
    )
}
