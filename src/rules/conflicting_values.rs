//! `conflicting-values`: a leaf with two different values.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{ElementPath, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("conflicting-values", Error, "A leaf with two different values.");

/// Returns the finding about a leaf with two values.
pub(crate) fn two_values(name: &str, subject: Subject, path: ElementPath, at: Span, other: Span) -> Finding {
    let message = format!("conflicting values of `{name}`; remove one of them");
    Finding::new(&RULE, subject, path, message).at(at).related("the other value", other)
}

/// Returns the finding about an element that one source deletes and another one defines. Sources
/// have no order.
pub(crate) fn deleted_and_defined(subject: Subject, path: ElementPath, at: Span, defined: Span) -> Finding {
    let message = "this element is deleted here and defined elsewhere; remove the deletion or the definition";
    Finding::new(&RULE, subject, path, message).at(at).related("it is defined here", defined)
}
