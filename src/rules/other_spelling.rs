//! `other-spelling`: an alternative spelling of an element.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Fix, Key};

/// The rule.
pub(crate) static RULE: Rule = rule!("other-spelling", Notice, "An alternative spelling of an element.");

/// Reports a key in a spelling that is not preferred.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    for key in Key::OF_BLOCK {
        let Some((preferred, written)) = key.preferred().zip(context.raw.key(*key)) else { continue };
        if context.raw.key(preferred).is_none() {
            let (preferred, other) = (preferred.name(), key.name());
            let message = format!("`{other}` is another spelling of `{preferred}`; write `{preferred}`");
            let fix = Fix::rename(written.name_at, other, preferred);
            findings.push(context.finding(&RULE, context.path.child(*key), message).at(written.name_at).fix(fix));
        }
    }
}
