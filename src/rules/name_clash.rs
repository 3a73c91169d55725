//! `name-clash`: two names that are easily confused.

use super::names::{Name, each_clash_of_asset_ids, each_clash_of_nodes, each_clash_of_routers, listed, of_names};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Checked, CheckedRouter};

/// The rule.
pub(crate) static RULE: Rule = rule!("name-clash", Error, "Two names that are easily confused.");

/// Reports names of nodes that clash. It is unknown which of them is right.
pub(super) fn check_router(router: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    each_clash_of_nodes(router, |names| report("node names", names, findings));
}

/// Reports names of routers, and asset-ids, that clash.
pub(super) fn check_authority(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    each_clash_of_routers(checked, |names| report("router names", names, findings));
    each_clash_of_asset_ids(checked, |names| report("asset-ids", names, findings));
}

fn report(kind: &str, names: &[&Name<'_>], findings: &mut Vec<Finding>) {
    let texts: Vec<&[&Name<'_>]> = names.chunk_by(|a, b| a.text() == b.text()).collect();
    if texts.len() > 1 {
        let quoted = texts.iter().map(|same| format!("{:?}", same[0].text()));
        let rename = if texts.len() == 2 { "rename one" } else { "rename all but one" };
        let message = format!("the {kind} {} are too similar; {rename}", listed(quoted));
        findings.push(of_names(&RULE, names, message));
    }
}
