//! `uncommitted-changes`: changes of a session without a commit.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("uncommitted-changes", Notice, "Changes of a session without a commit.");

/// Returns the finding about the first change after the last commit.
pub(crate) fn since(first: Span) -> Finding {
    let message = "this session does not commit its changes from here on; they are read as if it did";
    Finding::of_authority(&RULE, message).at(first)
}
