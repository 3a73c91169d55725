//! `duplicate-asset-id`: two nodes with the same asset-id.

use super::names::each_clash;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Checked, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-asset-id", Error, "Two nodes with the same asset-id.");

/// Reports both nodes: it is unknown which of them is right.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_clash(checked, |_, name, other| {
        if let (true, Subject::Node(id)) = (name.text() == other.text(), other.subject()) {
            let message =
                format!("duplicate asset-id {:?}: node {id} has it too; give each node another one", name.text());
            findings.push(name.finding(&RULE, message).related("the other one", other.at()));
        }
    });
}
