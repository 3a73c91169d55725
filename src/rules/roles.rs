//! The roles of nodes, for the rules about them.

use crate::diagnostics::{Finding, Rule};
use crate::model::{CheckedNode, CheckedRouter, Element, ElementPath, NodeRole, Subject};

/// Calls `report` for each node of a router with a role that would have a block, with a constructor
/// of findings about the role.
pub(super) fn each_role(
    router: &CheckedRouter<'_>,
    mut report: impl FnMut(&NodeRole, &dyn Fn(&'static Rule, String) -> Finding),
) {
    for CheckedNode { node, .. } in &router.nodes {
        let Some(role) = node.role.as_ref() else { continue };
        if router.router.block.is_none() && node.block.is_none() {
            continue;
        }
        report(&role.value, &|rule, message| {
            let path = ElementPath::authority().entry(Element::Router, &router.router.name.value);
            let path = path.entry(Element::Node, &node.name.value).child(Element::Role);
            let id = CheckedNode { node, block: None }.id(router.router);
            Finding::new(rule, Subject::Node(id), path, message).at(role.at)
        });
    }
}
