//! The authority after the stage `check`.

use super::{Authority, Block, ElementPath, Node, NodeId, RawBlock, Router, Subject};

/// The routers with their checked blocks.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The authority as it was written.
    pub authority: &'a Authority,
    /// Its routers, sorted by name.
    pub routers: Vec<CheckedRouter<'a>>,
    /// False if reading had errors: parts of the authority may be missing.
    pub is_complete: bool,
}

/// A router and the blocks of its nodes.
#[derive(Debug)]
pub struct CheckedRouter<'a> {
    /// The router as it was written.
    pub router: &'a Router,
    /// The router's block, and the blocks of nodes that replace it.
    pub blocks: Vec<CheckedBlock<'a>>,
    /// The nodes, sorted by name.
    pub nodes: Vec<CheckedNode<'a>>,
}

/// A block and its owner.
#[derive(Debug)]
pub struct CheckedBlock<'a> {
    /// The router, or the node that has this block in place of the router's.
    pub owner: Subject,
    /// The path of the block.
    pub path: ElementPath,
    /// The block as it was written.
    pub raw: &'a RawBlock,
    /// The checked block; `None` if it has errors.
    pub block: Option<Block>,
}

/// A node and its block.
#[derive(Debug)]
pub struct CheckedNode<'a> {
    /// The node as it was written.
    pub node: &'a Node,
    /// The index in [`CheckedRouter::blocks`]; `None` without a block, and for a conductor's node.
    pub block: Option<usize>,
}

impl CheckedNode<'_> {
    /// Returns the identity of the node.
    #[must_use]
    pub fn id(&self, router: &Router) -> NodeId {
        NodeId { router: router.name.value.clone(), node: self.node.name.value.clone() }
    }
}

impl Checked<'_> {
    /// Returns true if any block learns from services, or would without its errors.
    #[must_use]
    pub(crate) fn any_learns(&self) -> bool {
        self.routers.iter().flat_map(|router| &router.blocks).any(|block| block.raw.may_learn())
    }
}
