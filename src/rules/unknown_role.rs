//! `unknown-role`: a node with an unknown role.

use super::roles::each_role;
use crate::diagnostics::{Finding, Rule, did_you_mean, hint, rule};
use crate::model::{CheckedRouter, Fix, NodeRole};

/// The rule.
pub(crate) static RULE: Rule = rule!("unknown-role", Warning, "A node with an unknown role.");

/// Reports nodes with an unknown role that have a block.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    let known = ["combo", "conductor", "control", "slice"];
    each_role(router, |role, finding| {
        if let NodeRole::Unknown(role) = role {
            let hint = hint(role, known);
            let message = format!(
                "unknown role {role:?}, so the node is treated as a router's: the role must be one of {}{hint}",
                known.join(", ")
            );
            let finding = finding(&RULE, message);
            let near = did_you_mean(role, known).zip(finding.at);
            findings.push(finding.fix(near.map(|(near, at)| Fix::guess(at, role, near))));
        }
    });
}
