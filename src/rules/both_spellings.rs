//! `both-spellings`: both spellings of the same element.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Key;

/// The rule.
pub(crate) static RULE: Rule = rule!("both-spellings", Error, "Both spellings of the same element.");

/// Reports a key that is written in two spellings.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    for key in Key::OF_BLOCK {
        let Some((preferred, written)) = key.preferred().zip(context.raw.key(*key)) else { continue };
        let Some(both) = context.raw.key(preferred) else { continue };
        let (preferred, other) = (preferred.name(), key.name());
        let message = format!("`{other}` is another spelling of `{preferred}`, which is also given; remove `{other}`");
        let finding = context.finding(&RULE, context.path.child(*key), message);
        findings.push(finding.at(written.name_at).related("the preferred spelling", both.name_at));
    }
}
