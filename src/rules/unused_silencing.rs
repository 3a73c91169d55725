//! `unused-silencing`: a silencing that matches no finding.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("unused-silencing", Notice, "A silencing that matches no finding.");

/// Returns the finding about a place in a text.
pub(crate) fn at(at: Span, message: impl Into<String>) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}

/// Returns the message about a silencing in a file.
pub(crate) fn in_file(code: &str) -> String {
    format!("no finding with code `{code}` to silence here; remove the silencing")
}

/// Returns the finding about `--ignore`.
pub(crate) fn on_command_line(code: &str) -> Finding {
    Finding::of_authority(&RULE, format!("`--ignore {code}` silences no finding; remove it"))
}
