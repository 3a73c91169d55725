//! `name-too-long`: a name that is too long for a folder or file.

use super::names::{each_asset_id, each_folder_name};
use crate::contract::names::{invalid_asset_id, is_too_long_for_document, is_too_long_for_folder, unsafe_name};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::CheckedRouter;

/// The rule.
pub(crate) static RULE: Rule = rule!("name-too-long", Error, "A name that is too long for a folder or file.");

/// Reports names that are too long for a folder or a file.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_folder_name(router, |kind, name| {
        let text = name.text();
        if is_too_long_for_folder(text) && unsafe_name(text).is_none() {
            let message =
                format!("the {kind} name of {} bytes is too long for a folder; rename the {kind}", text.len());
            findings.push(name.finding(&RULE, message));
        }
    });
    each_asset_id(router, |id| {
        let text = id.text();
        if is_too_long_for_document(text) && invalid_asset_id(text).is_none() {
            let message = format!("the asset-id of {} bytes is too long for a file name; shorten it", text.len());
            findings.push(id.finding(&RULE, message));
        }
    });
}
