//! `empty-source`: a source without any text.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("empty-source", Error, "A source without any text.");

/// Returns the finding about a source. An export or a copy that failed leaves such a file.
pub(crate) fn source(name: &str, at: Span) -> Finding {
    let message = format!("{name} is empty; export the configuration again, or remove the file");
    Finding::of_authority(&RULE, message).at(at)
}
