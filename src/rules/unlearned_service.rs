//! `unlearned-service`: a service for `_internal_` that no router learns.

use super::AdviceContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Admission, CheckedBlock};

/// The rule.
pub(crate) static RULE: Rule = rule!("unlearned-service", Notice, "A service for `_internal_` that no router learns.");

/// Reports services for the tenant that no router learns, while some routers learn. Where none
/// learns, `learning-off` reports each router.
pub(super) fn check(context: &AdviceContext<'_>, findings: &mut Vec<Finding>) {
    // It is unknown if a block with errors would learn.
    let learns =
        |block: &CheckedBlock<'_>| block.block.as_ref().is_none_or(|block| block.enabled && block.learn_from_services);
    let routers: Vec<_> = context.checked.routers.iter().filter(|router| router.blocks.iter().any(learns)).collect();
    if routers.is_empty() {
        return;
    }
    let learned = &context.plan.learned;
    let mut is_reached = vec![false; context.checked.authority.services.len()];
    let everywhere = learned.everywhere.services.iter().copied();
    let of_routers = routers.iter().flat_map(|router| learned.each_of_router(router.router));
    everywhere.chain(of_routers).for_each(|service| is_reached[service] = true);
    for (index, (service, decision)) in learned.decided().enumerate() {
        let is_admitted = matches!(decision.admission, Admission::Admitted(_));
        if !is_admitted || decision.in_error || service.addresses.is_empty() || is_reached[index] {
            continue;
        }
        let message = "the service allows tenant `_internal_`, but applies to no router that learns from services; \
                       correct its `applies-to`, or enable `learn-from-services` where it is needed";
        findings.push(Finding::of_service(&RULE, &service.name.value, message).at(service.name.at));
    }
}
