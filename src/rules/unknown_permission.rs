//! `unknown-permission`: an unknown permission in an access policy.

use crate::diagnostics::{Finding, Rule, did_you_mean, hint, rule};
use crate::model::address::SourceKind;
use crate::model::{Element, Fix, Learned, Located, Permission};

/// The rule.
pub(crate) static RULE: Rule = rule!("unknown-permission", Error, "An unknown permission in an access policy.");

/// Reports the permissions of policies for the tenant.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    for service in learned.services() {
        for policy in &service.access_policies {
            let Some(Located { value: Permission::Unknown(text), at }) = &policy.permission else { continue };
            if policy.source.value.kind() == SourceKind::Internal {
                let known = ["allow", "deny"];
                let fix = did_you_mean(text, known).map(|near| Fix::guess(*at, text, near));
                let hint = hint(text, known);
                let message = format!("unknown permission {text:?}: it must be `allow` or `deny`{hint}");
                let finding = Finding::of_service(&RULE, &service.name.value, message);
                let path =
                    finding.path.entry(Element::AccessPolicy, policy.source.value.as_str()).child(Element::Permission);
                findings.push(finding.path(path).at(*at).fix(fix));
            }
        }
    }
}
