//! `empty-block`: an empty plugin block.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("empty-block", Notice, "An empty plugin block.");

/// Reports a block without values.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    if context.raw.is_empty() {
        let message = "the block is empty, so the plugin is off; set `enabled` to true or false";
        findings.push(context.finding(&RULE, context.path.clone(), message).at(context.raw.at));
    }
}
