//! `learning-off`: learning is off, but services for `_internal_` exist.

use std::collections::HashSet;

use ipnet::Ipv4Net;

use super::RouterContext;
use super::{NAMED, SetContext};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::route::default_prefix;

/// The rule.
pub(crate) static RULE: Rule = rule!("learning-off", Warning, "Learning is off, but services for `_internal_` exist.");

/// Reports blocks that do not learn while there are services for the tenant. The plugin takes over
/// the route file, so earlier routes to these services are removed.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets().filter(|set| !set.block.learn_from_services) {
        if set.routes.get(default_prefix(), context.learned).is_some() {
            continue;
        }
        let names = missed(context, &set);
        if !names.is_empty() {
            let message = format!(
                "`learn-from-services` is off, so Linux has no route to {} for tenant `_internal_`; set it to true, \
                 or add their prefixes as `static-route`",
                super::some_of(&names)
            );
            findings.push(set.finding(&RULE, message));
        }
    }
}

/// Returns the names of the first services with a prefix that no route of the set covers.
fn missed<'c>(context: &RouterContext<'c>, set: &SetContext<'_>) -> Vec<&'c str> {
    let learned = context.learned;
    let prefixes: HashSet<Ipv4Net> = set.routes.own.iter().map(|route| route.route.prefix).collect();
    let mut lengths: Vec<u8> = prefixes.iter().map(Ipv4Net::prefix_len).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let is_covered = |prefix: &Ipv4Net| {
        lengths
            .iter()
            .take_while(|length| **length <= prefix.prefix_len())
            .any(|length| Ipv4Net::new(prefix.network(), *length).is_ok_and(|wider| prefixes.contains(&wider.trunc())))
    };
    let missed = learned.everywhere.by_importance.iter().chain(context.of_router).filter(|service| {
        let decision = learned.decision(**service);
        !decision.in_error && decision.destinations.prefixes.iter().any(|to| !is_covered(&to.prefix))
    });
    let mut names: Vec<&str> = missed.take(NAMED + 1).map(|service| learned.name(*service)).collect();
    names.dedup();
    names
}
