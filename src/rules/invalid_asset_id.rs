//! `invalid-asset-id`: an asset-id that Salt rejects.

use super::names::each_asset_id;
use crate::contract::names::invalid_asset_id;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::CheckedRouter;

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-asset-id", Error, "An asset-id that Salt rejects.");

/// Reports asset-ids that cannot be minion ids.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_asset_id(router, |id| {
        if let Some(reason) = invalid_asset_id(id.text()) {
            findings.push(id.finding(&RULE, format!("invalid asset-id: {reason}")));
        }
    });
}
