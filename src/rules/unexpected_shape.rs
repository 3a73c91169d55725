//! `unexpected-shape`: a list, block or value where another kind is expected.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{ElementPath, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("unexpected-shape", Error, "A list, block or value where another kind is expected.");

/// Returns the finding about an element that should be `expected`, but is `found`.
pub(crate) fn of(name: &str, expected: &str, found: &str, subject: Subject, path: ElementPath, at: Span) -> Finding {
    Finding::new(&RULE, subject, path, message(name, expected, found)).at(at)
}

/// Returns the message about an element that should be `expected`, but is `found`.
pub(crate) fn message(name: &str, expected: &str, found: &str) -> String {
    format!("expected {expected} for `{name}`, found {found}")
}

/// Returns the finding about a document that is not a block of elements, but `found`.
pub(crate) fn of_document(found: &str, at: Span) -> Finding {
    Finding::of_authority(&RULE, format!("expected a block of elements as configuration, found {found}")).at(at)
}
