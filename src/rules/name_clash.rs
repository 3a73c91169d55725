//! `name-clash`: two names that are easily confused.

use super::names::{Name, each_clash, listed, of_names};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Checked;

/// The rule.
pub(crate) static RULE: Rule = rule!("name-clash", Error, "Two names that are easily confused.");

/// Reports names that clash. It is unknown which of them is right.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_clash(checked, |kind, names| {
        let texts: Vec<&[&Name<'_>]> = names.chunk_by(|a, b| a.text() == b.text()).collect();
        if texts.len() > 1 {
            let quoted = texts.iter().map(|same| format!("{:?}", same[0].text()));
            let rename = if texts.len() == 2 { "rename one" } else { "rename all but one" };
            let message = format!("the {kind} {} are too similar; {rename}", listed(quoted));
            findings.push(of_names(&RULE, names, message));
        }
    });
}
