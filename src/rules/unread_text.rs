//! `unread-text`: text that is not a known element.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("unread-text", Warning, "Text that is not a known element.");

/// Returns the finding about a place in a text.
pub(crate) fn at(at: Span, message: impl Into<String>) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}
