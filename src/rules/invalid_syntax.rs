//! `invalid-syntax`: text with a syntax error.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-syntax", Error, "Text with a syntax error.");

/// Returns the finding about a place in a text.
pub(crate) fn at(at: Span, message: impl Into<String>) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}
