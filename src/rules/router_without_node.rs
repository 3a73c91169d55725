//! `router-without-node`: a router with a plugin block but no node.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{CheckedRouter, Element, ElementPath, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("router-without-node", Warning, "A router with a plugin block but no node.");

/// Reports a router with a block and no node.
pub(super) fn check(checked: &CheckedRouter<'_>, findings: &mut Vec<Finding>) {
    let router = checked.router;
    if router.block.is_some() && router.nodes.is_empty() {
        let name = &router.name.value;
        let path = ElementPath::authority().entry(Element::Router, name);
        let message = "the router has a plugin block but no node, so nothing is generated for it; add its `node`";
        findings.push(Finding::new(&RULE, Subject::Router(name.clone()), path, message).at(router.at()));
    }
}
