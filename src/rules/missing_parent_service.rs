//! `missing-parent-service`: a child service without its parent.

use crate::diagnostics::{Finding, MOST_HINTS, Rule, hint, rule};
use crate::model::Learned;

/// The rule.
pub(crate) static RULE: Rule = rule!("missing-parent-service", Warning, "A child service without its parent.");

/// Reports child services without a parent.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    let missing = || learned.decided().filter(|(_, decision)| decision.parent.is_none());
    let missing = || missing().filter_map(|(service, _)| Some((service, service.parent_name()?)));
    let has_hints = missing().count() < MOST_HINTS;
    for (service, parent) in missing() {
        let known = learned.services().iter().map(|service| service.name.value.as_str());
        let hint = if has_hints { hint(parent, known) } else { String::new() };
        let message = format!(
            "unknown parent service {parent:?}{hint}, so only the access policies of the child apply; add the parent, \
             or use a name without dots"
        );
        findings.push(Finding::of_service(&RULE, &service.name.value, message).at(service.name.at));
    }
}
