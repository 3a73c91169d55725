//! `conductor-node`: a conductor node with a plugin block.

use super::roles::each_role;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{CheckedRouter, NodeRole};

/// The rule.
pub(crate) static RULE: Rule = rule!("conductor-node", Notice, "A conductor node with a plugin block.");

/// Reports nodes of role conductor that would have a block.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_role(router, |role, finding| {
        if *role == NodeRole::Conductor {
            findings.push(finding(&RULE, "a node of role `conductor` has no routes; it is skipped".to_owned()));
        }
    });
}
