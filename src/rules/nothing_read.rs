//! `nothing-read`: a source without a router or service.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("nothing-read", Warning, "A source without a router or service.");

/// Returns the finding about a source in this syntax. The source may be a note in a folder of
/// fragments, or its syntax was recognized wrongly.
pub(crate) fn source(syntax: &str, at: Span) -> Finding {
    let message = format!(
        "no router or service in this source, which was read as {syntax}; if it has another syntax, set --input-format"
    );
    Finding::of_authority(&RULE, message).at(at)
}
