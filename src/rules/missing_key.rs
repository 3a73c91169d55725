//! `missing-key`: a list entry without its key.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{ElementPath, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("missing-key", Error, "A list entry without its key.");

/// Returns the finding about an entry of `list` without its leaf `key`.
pub(crate) fn of_entry(list: &str, key: &str, subject: Subject, path: ElementPath, at: Span) -> Finding {
    Finding::new(&RULE, subject, path, message(list, key)).at(at)
}

/// Returns the message about an entry of `list` without its leaf `key`.
pub(crate) fn message(list: &str, key: &str) -> String {
    format!("`{list}` entry lacks its key `{key}`; add it")
}

/// Returns the finding about an entry of `list` that is not a block of elements but `found`.
pub(crate) fn not_a_block(
    list: &str,
    key: &str,
    found: &str,
    subject: Subject,
    path: ElementPath,
    at: Span,
) -> Finding {
    let message = format!("{}, found {found}", expected(list, key));
    Finding::new(&RULE, subject, path, message).at(at)
}

/// Returns the message about an entry of `list` that is not a block of elements.
pub(crate) fn expected(list: &str, key: &str) -> String {
    format!("expected a block of elements with a `{key}` as entry of `{list}`")
}
