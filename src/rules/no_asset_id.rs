//! `no-asset-id`: a node without an asset-id, which gets no pillar data.

use super::RouterContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Element, ElementPath, NodeState, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("no-asset-id", Warning, "A node without an asset-id, which gets no pillar data.");

/// Reports managed nodes without an asset-id.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for (node, checked) in context.plan.nodes.iter().zip(&context.checked.nodes) {
        if node.asset_id.is_none() && node.state != NodeState::Unmanaged {
            let path =
                ElementPath::authority().entry(Element::Router, &node.id.router).entry(Element::Node, &node.id.node);
            let message = "missing `asset-id`: without it, Salt cannot deliver the node's pillar data; add it";
            let finding = Finding::new(&RULE, Subject::Node(node.id.clone()), path, message);
            findings.push(finding.at(checked.node.name.at));
        }
    }
}
