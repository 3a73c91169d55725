//! `no-router`: a configuration without a router.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Checked;

/// The rule.
pub(crate) static RULE: Rule = rule!("no-router", Error, "A configuration without a router.");

/// Reports an authority without routers. After an error of reading, the routers may be in the part
/// that was not read. The place is the end, because the text may be cut off there.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    if checked.routers.is_empty() && checked.is_complete {
        let message = "no router in the configuration; give the whole authority, with its `router` list";
        findings.push(Finding::of_authority(&RULE, message).at(checked.authority.end));
    }
}
