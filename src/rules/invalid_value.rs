//! `invalid-value`: a value of the wrong type, or out of range.

use super::RouterContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{AddressKind, ElementPath, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-value", Error, "A value of the wrong type, or out of range.");

/// Returns the finding about a leaf with the value `found`.
pub(crate) fn of_leaf(
    name: &str,
    found: &str,
    expected: &str,
    subject: Subject,
    path: ElementPath,
    at: Span,
) -> Finding {
    Finding::new(&RULE, subject, path, message(name, expected, found)).at(at)
}

/// Returns the message about a value that should be `expected`, but is `found`.
pub(crate) fn message(name: &str, expected: &str, found: &str) -> String {
    format!("`{name}` must be {expected}, not {found}")
}

/// Returns the finding about a number that no computer word can hold.
pub(crate) fn out_of_range(number: &str, at: Span) -> Finding {
    let message = format!("the number {number} is out of range; write a smaller one, or the element that belongs here");
    Finding::of_authority(&RULE, message).at(at)
}

/// Reports host names that a router maps to something other than an IP address.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for (set, resolution) in context.resolutions() {
        for address in resolution.addresses {
            if matches!(address.value.kind(), AddressKind::HostName(_) | AddressKind::Invalid) {
                let (host, text) = (resolution.host_name, address.value.as_str());
                let message = format!("the address of {host} must be an IP address, not {text:?}; correct it");
                let finding = set.finding(&RULE, message).path(context.mapping_path(host));
                findings.push(finding.at(address.at));
            }
        }
    }
}
