//! `misleading-indentation`: a line with indentation that contradicts the `exit`s.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule =
    rule!("misleading-indentation", Warning, "A line with indentation that contradicts the `exit`s.");

/// Returns the finding about a place in a text.
pub(crate) fn at(at: Span, message: impl Into<String>) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}
