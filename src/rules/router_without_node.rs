//! `router-without-node`: a router with a plugin block but no node.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Checked, Element, ElementPath, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("router-without-node", Warning, "A router with a plugin block but no node.");

/// Reports routers with a block and no node.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    for router in checked.routers.iter().map(|checked| checked.router) {
        if router.block.is_some() && router.nodes.is_empty() {
            let name = &router.name.value;
            let path = ElementPath::authority().entry(Element::Router, name);
            let message = "the router has a plugin block but no node, so nothing is generated for it; add its `node`";
            findings.push(Finding::new(&RULE, Subject::Router(name.clone()), path, message).at(router.at()));
        }
    }
}
