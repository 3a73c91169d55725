//! `unusual-name`: a name that does not match the product's pattern.

use super::names::{each_asset_id, each_folder_name};
use crate::contract::names::{
    invalid_asset_id, is_too_long_for_document, is_too_long_for_folder, is_usual, unsafe_name,
};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::CheckedRouter;

/// The rule.
pub(crate) static RULE: Rule = rule!("unusual-name", Warning, "A name that does not match the product's pattern.");

/// Reports names that do not match the product's pattern, and asset-ids that look like a template
/// to Salt.
pub(super) fn check(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_folder_name(router, |kind, name| {
        let text = name.text();
        if !is_usual(text) && unsafe_name(text).is_none() && !is_too_long_for_folder(text) {
            let message = format!("unusual {kind} name: SSR allows up to 63 of `A-Z a-z 0-9 _ -`");
            findings.push(name.finding(&RULE, message));
        }
    });
    each_asset_id(router, |id| {
        let text = id.text();
        let is_template =
            text.bytes().any(|byte| byte == b'{') && ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark));
        if is_template && invalid_asset_id(text).is_none() && !is_too_long_for_document(text) {
            let message = "unusual asset-id: Salt would read it as a template; choose another one";
            findings.push(id.finding(&RULE, message));
        }
    });
}
