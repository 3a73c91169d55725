//! `duplicate-asset-id`: two nodes with the same asset-id.

use super::names::{each_clash_of_asset_ids, listed, of_names};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Checked;

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-asset-id", Error, "Two nodes with the same asset-id.");

/// Reports nodes with the same asset-id. It is unknown which of them is right.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_clash_of_asset_ids(checked, |names| {
        for same in names.chunk_by(|a, b| a.text() == b.text()) {
            if let [first, others @ ..] = same
                && !others.is_empty()
            {
                let text = first.text();
                let nodes = listed(others.iter().map(|other| other.subject().name().unwrap_or_default()));
                let message = format!("asset-id {text:?} is already used by {nodes}; give each node its own");
                findings.push(of_names(&RULE, same, message));
            }
        }
    });
}
