//! `service-in-error`: a router that would learn from a service with errors.

use super::RouterContext;
use crate::diagnostics::{Finding, Rule, rule};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("service-in-error", consequence, "A router that would learn from a service with errors.");

/// Reports services with errors that a router would learn from.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets().filter(|set| set.block.learn_from_services) {
        for service in context.learned.in_error(context.of_router) {
            let service = context.learned.service(service);
            let message = format!(
                "the router's files stay unchanged until the errors of service {} are fixed",
                service.name.value
            );
            findings.push(set.finding(&RULE, message).at(service.name.at));
        }
    }
}
