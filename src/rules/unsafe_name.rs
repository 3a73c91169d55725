//! `unsafe-name`: a name that cannot be a folder name.

use super::names::each_folder_name;
use crate::contract::names::unsafe_name;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::CheckedRouter;

/// The rule.
pub(crate) static RULE: Rule = rule!("unsafe-name", Error, "A name that cannot be a folder name.");

/// Reports names that cannot be folder names.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_folder_name(router, |kind, name| {
        if let Some(reason) = unsafe_name(name.text()) {
            let message = format!("invalid {kind} name: {reason}; rename the {kind}");
            findings.push(name.finding(&RULE, message));
        }
    });
}
