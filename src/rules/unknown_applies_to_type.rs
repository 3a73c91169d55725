//! `unknown-applies-to-type`: an unknown type of `applies-to`.

use crate::diagnostics::{Finding, Rule, did_you_mean, hint, rule};
use crate::model::authority::AppliesToKind;
use crate::model::{Admission, Element, Fix, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("unknown-applies-to-type", Error, "An unknown type of `applies-to`.");

/// Reports unknown types in the deciding `applies-to` of services for the tenant. The routers to
/// which such a service applies are unknown.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    let known = ["authority", "router", "router-group", "resource-group"];
    for (service, decision) in learned.decided() {
        let by = decision.applies_to.filter(|_| matches!(decision.admission, Admission::Admitted(_)));
        for applies in by.map_or(&[][..], |by| &learned.service(by).applies_to) {
            let AppliesToKind::Unknown(kind) = &applies.kind.value else { continue };
            let message = format!(
                "unknown type {kind:?} of applies-to: it must be one of {}{}",
                known.join(", "),
                hint(kind, known)
            );
            let finding = Finding::of_service(&RULE, &service.name.value, message);
            let path = finding.path.entry(Element::AppliesTo, kind);
            let at = applies.kind.at;
            let fix = did_you_mean(kind, known).map(|near| Fix::guess(at, kind, near));
            findings.push(finding.path(path).at(at).fix(fix));
        }
    }
}
