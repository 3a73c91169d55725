//! Services that nobody learns.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Finding, Subject};
use crate::model::ElementPath;
use crate::pipeline::check::Checked;
use crate::pipeline::learn::{Admission, ServiceIndex};
use crate::pipeline::plan::Plan;

/// Reports the services for tenant `_internal_` that no router learns, while there are routers that learn. Where none learns, each
/// router's block is told so (`learning-off`).
pub(crate) fn check(checked: &Checked<'_>, plan: &Plan<'_>, findings: &mut Vec<Finding>) {
    let learns = |block: &crate::pipeline::check::CheckedBlock| {
        // What a block with errors would learn cannot be told.
        block.block.as_ref().is_none_or(|block| block.enabled && block.learn_from_services)
    };
    let routers: Vec<_> = checked.routers.iter().filter(|router| router.blocks.iter().any(learns)).collect();
    if routers.is_empty() {
        return;
    }
    let learned = &plan.learned;
    let mut reached: BTreeSet<ServiceIndex> = learned.everywhere.services.iter().copied().collect();
    reached.extend(routers.iter().flat_map(|router| learned.of_router(router.router)));
    for (index, service) in learned.services().iter().enumerate() {
        let decision = learned.decision(index);
        let is_admitted = matches!(decision.admission, Admission::Admitted { .. });
        if !is_admitted || decision.in_error || service.addresses.is_empty() || reached.contains(&index) {
            continue;
        }
        let message = "the service admits tenant `_internal_`, and applies to no router whose plugin learns from services; \
                       correct its `applies-to`, or switch `learn-from-services` on where it is needed";
        let path = ElementPath::authority().entry("service", &service.name.value);
        let subject = Subject::Service(service.name.value.clone());
        findings.push(Finding::new(Code::UnlearnedService, subject, path, message).at(service.name.at));
    }
}
