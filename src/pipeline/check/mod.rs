//! The stage `check`: checks plugin blocks, names and nodes.

mod schema;

pub use schema::BLOCK_SCHEMA;

use super::parallel;
use crate::diagnostics::{Finding, Held};
use crate::model::{
    Authority, Block, Checked, CheckedBlock, CheckedNode, CheckedRouter, Element, ElementPath, NodeId, NodeRole,
    RawBlock, Router, Subject,
};
use crate::rules::{self, BlockContext};

/// Checks an authority. `known` are the findings of reading it: a block that was not read
/// completely is not used.
#[must_use]
pub fn check<'a>(authority: &'a Authority, known: &[Finding]) -> (Checked<'a>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut routers = parallel::map(&authority.routers, &mut findings, check_router);
    let unread = Held::by(known);
    for block in routers.iter_mut().flat_map(|router| &mut router.blocks) {
        if unread.contains(&block.owner) {
            block.block = None;
        }
    }
    routers.sort_by(|a, b| a.router.name.value.cmp(&b.router.name.value));
    let blocks = || routers.iter().flat_map(|router| &router.blocks);
    debug_assert!(
        blocks().all(|block| block.block.is_some() || Held::by(known.iter().chain(&findings)).contains(&block.owner)),
        "a block without an error is checked"
    );
    let is_complete = !known.iter().any(Finding::is_error);
    let checked = Checked { authority, routers, is_complete };
    rules::check_authority(&checked, &mut findings);
    (checked, findings)
}

fn check_router<'a>(router: &'a Router, findings: &mut Vec<Finding>) -> CheckedRouter<'a> {
    let path = ElementPath::authority().entry(Element::Router, &router.name.value);
    let raw = router.block.iter().chain(router.nodes.iter().filter_map(|node| node.block.as_ref()));
    let mut blocks = Vec::with_capacity(raw.count());
    if let Some(raw) = &router.block {
        let owner = Subject::Router(router.name.value.clone());
        blocks.push(check_block(raw, owner, &path, findings));
    }
    let of_router = (!blocks.is_empty()).then_some(0);
    let mut nodes = Vec::with_capacity(router.nodes.len());
    for node in &router.nodes {
        let mut block = of_router;
        if let Some(raw) = &node.block {
            block = Some(blocks.len());
            let owner = Subject::Node(NodeId { router: router.name.value.clone(), node: node.name.value.clone() });
            let path = path.entry(Element::Node, &node.name.value);
            blocks.push(check_block(raw, owner, &path, findings));
        }
        let is_conductor = node.role.as_ref().is_some_and(|role| role.value == NodeRole::Conductor);
        nodes.push(CheckedNode { node, block: block.filter(|_| !is_conductor) });
    }
    nodes.sort_by(|a, b| a.node.name.value.cmp(&b.node.name.value));
    let checked = CheckedRouter { router, blocks, nodes };
    rules::check_names(&checked, findings);
    checked
}

fn check_block<'a>(
    raw: &'a RawBlock,
    owner: Subject,
    parent: &ElementPath,
    findings: &mut Vec<Finding>,
) -> CheckedBlock<'a> {
    let path = parent.child(Element::LoopbackStaticRoutes);
    let before = findings.len();
    let context = BlockContext { owner: &owner, path: &path, raw };
    schema::check(&context, findings);
    rules::check_block(&context, findings);
    let is_good = findings[before..].iter().all(|finding| !finding.is_error());
    let block = if is_good { Block::of(raw) } else { None };
    CheckedBlock { owner, path, raw, block }
}
