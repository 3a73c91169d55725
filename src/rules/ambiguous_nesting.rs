//! `ambiguous-nesting`: a line that could belong to more than one block.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("ambiguous-nesting", Error, "A line that could belong to more than one block.");

/// Returns the finding about a place in a text.
pub(crate) fn at(at: Span, message: impl Into<String>) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}
