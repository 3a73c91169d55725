//! `unsafe-name`: a name that cannot be a folder name.

use super::names::each_folder_name;
use crate::contract::names::unsafe_name;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Checked;

/// The rule.
pub(crate) static RULE: Rule = rule!("unsafe-name", Error, "A name that cannot be a folder name.");

/// Reports names that cannot be folder names.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_folder_name(checked, |kind, name| {
        if let Some(reason) = unsafe_name(name.text()) {
            let message = format!("invalid {kind} name: {reason}; rename the {kind}");
            findings.push(name.finding(&RULE, message));
        }
    });
}
