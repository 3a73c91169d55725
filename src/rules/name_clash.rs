//! `name-clash`: two names that are easily confused.

use super::names::each_clash;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Checked;

/// The rule.
pub(crate) static RULE: Rule = rule!("name-clash", Error, "Two names that are easily confused.");

/// Reports both names: it is unknown which of them is right.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_clash(checked, |kind, name, other| {
        if name.text() != other.text() {
            let message = format!("the {kind} {:?} and {:?} are too similar; rename one", name.text(), other.text());
            findings.push(name.finding(&RULE, message).related("the other one", other.at()));
        }
    });
}
