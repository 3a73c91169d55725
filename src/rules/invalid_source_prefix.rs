//! `invalid-source-prefix`: an access policy with an invalid prefix after `_internal_@`.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::address::SourceKind;
use crate::model::{Element, Learned};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("invalid-source-prefix", Warning, "An access policy with an invalid prefix after `_internal_@`.");

/// Reports the sources of policies.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    for service in learned.services() {
        for source in service.access_policies.iter().map(|policy| &policy.source) {
            if source.value.kind() == SourceKind::InternalAtInvalidPrefix {
                let text = source.value.as_str();
                let message = format!("invalid prefix after `@` in source {text:?}: the policy matches no address");
                let finding = Finding::of_service(&RULE, &service.name.value, message);
                let path = finding.path.entry(Element::AccessPolicy, text);
                findings.push(finding.path(path).at(source.at));
            }
        }
    }
}
