//! The authority judged: names, blocks, nodes. What a learned service may be wrong in is judged where it is learned.

mod block;
mod names;
mod schema;

use std::collections::HashSet;

pub use schema::BLOCK_SCHEMA;

use crate::diagnostics::{Code, Finding, Subject, hint};
use crate::model::{Authority, Block, ElementPath, Node, NodeId, NodeRole, Router};
use crate::pipeline::parallel;

/// The routers with their blocks checked.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The authority as written.
    pub authority: &'a Authority,
    /// Its routers, sorted by name.
    pub routers: Vec<CheckedRouter<'a>>,
}

/// A router and the blocks that its nodes go by.
#[derive(Debug)]
pub struct CheckedRouter<'a> {
    /// The router as written.
    pub router: &'a Router,
    /// The blocks: the router's, and those of nodes that have their own.
    pub blocks: Vec<CheckedBlock>,
    /// The nodes, sorted by name.
    pub nodes: Vec<CheckedNode<'a>>,
}

/// A block and whose it is.
#[derive(Debug)]
pub struct CheckedBlock {
    /// The router, or the node that has a block of its own.
    pub owner: Subject,
    /// The block's path.
    pub path: ElementPath,
    /// The block; `None` where it has errors.
    pub block: Option<Block>,
}

/// A node and what it goes by.
#[derive(Debug)]
pub struct CheckedNode<'a> {
    /// The node as written.
    pub node: &'a Node,
    /// Which of the router's blocks; none where neither has one, or where the node is a conductor's.
    pub block: Option<usize>,
}

impl CheckedNode<'_> {
    /// The node's identity.
    #[must_use]
    pub fn id(&self, router: &Router) -> NodeId {
        NodeId { router: router.name.value.clone(), node: self.node.name.value.clone() }
    }
}

/// Judges the authority.
#[must_use]
pub fn check<'a>(authority: &'a Authority, findings: &mut Vec<Finding>) -> Checked<'a> {
    let schema = schema::Schema::new();
    // A block of which a part could not be read says less than was meant.
    let unread = Held::by(findings);
    let mut routers =
        parallel::map(&authority.routers, findings, |router, findings| check_router(router, &schema, findings));
    for block in routers.iter_mut().flat_map(|router| &mut router.blocks) {
        if unread.subject(&block.owner) {
            block.block = None;
        }
    }
    if routers.is_empty() && !findings.iter().any(Finding::is_error) {
        findings.push(Finding::new(
            Code::NoRouter,
            Subject::Authority,
            ElementPath::authority(),
            "the configuration holds not a single router; give the whole authority, with its `router` list",
        ));
    }
    routers.sort_by(|a, b| a.router.name.value.cmp(&b.router.name.value));
    names::check(&routers, findings);
    Checked { authority, routers }
}

fn check_router<'a>(router: &'a Router, schema: &schema::Schema, findings: &mut Vec<Finding>) -> CheckedRouter<'a> {
    let subject = Subject::Router(router.name.value.clone());
    let path = ElementPath::authority().entry("router", &router.name.value);
    let mut blocks = Vec::new();
    if let Some(written) = &router.block {
        blocks.push(check_block(written, subject.clone(), &path, schema, findings));
        if router.nodes.is_empty() {
            let message = "the router has a plugin block and no node, so nothing is generated for it; add its `node`";
            findings.push(Finding::new(Code::RouterWithoutNode, subject, path.clone(), message).at(router.at()));
        }
    }
    let of_router = (!blocks.is_empty()).then_some(0);
    let mut nodes = Vec::new();
    for node in &router.nodes {
        let subject = Subject::Node(NodeId { router: router.name.value.clone(), node: node.name.value.clone() });
        let path = path.entry("node", &node.name.value);
        let mut block = of_router;
        if let Some(written) = &node.block {
            block = Some(blocks.len());
            blocks.push(check_block(written, subject.clone(), &path, schema, findings));
        }
        check_role(node, &subject, &path, &mut block, findings);
        nodes.push(CheckedNode { node, block });
    }
    nodes.sort_by(|a, b| a.node.name.value.cmp(&b.node.name.value));
    CheckedRouter { router, blocks, nodes }
}

fn check_block(
    written: &crate::model::tree::Tree<'static>,
    owner: Subject,
    parent: &ElementPath,
    schema: &schema::Schema,
    findings: &mut Vec<Finding>,
) -> CheckedBlock {
    let path = parent.child("loopback-static-routes");
    let block = block::check(written, &owner, &path, schema, findings);
    CheckedBlock { owner, path, block }
}

/// A conductor's node has no block to go by, whatever its router says.
fn check_role(
    node: &Node,
    subject: &Subject,
    path: &ElementPath,
    block: &mut Option<usize>,
    findings: &mut Vec<Finding>,
) {
    let Some(role) = node.role.as_ref().filter(|_| block.is_some()) else { return };
    let (code, message) = match &role.value {
        NodeRole::Combo | NodeRole::Control | NodeRole::Slice => return,
        NodeRole::Conductor => {
            *block = None;
            (Code::ConductorNode, "a node of role `conductor` routes nothing, so it is left out".to_owned())
        }
        NodeRole::Unknown(role) => (
            Code::UnknownRole,
            format!(
                "the role {role:?} is unknown{}; known are combo, conductor, control, slice. It is taken for a router's",
                hint(role, ["combo", "conductor", "control", "slice"])
            ),
        ),
    };
    findings.push(Finding::new(code, subject.clone(), path.child("role"), message).at(role.at));
}

/// Which routers and nodes keep what they have, because something about them is wrong. It follows from the findings alone, so
/// that what is reported and what is done are the same.
#[derive(Debug, Default)]
pub struct Held {
    routers: HashSet<String>,
    nodes: HashSet<NodeId>,
}

impl Held {
    /// What these findings hold back.
    #[must_use]
    pub fn by(findings: &[Finding]) -> Self {
        let mut held = Self::default();
        for finding in findings.iter().filter(|finding| finding.is_error()) {
            match &finding.subject {
                Subject::Router(router) => {
                    held.routers.insert(router.clone());
                }
                Subject::Node(id) => {
                    held.nodes.insert(id.clone());
                }
                Subject::Authority | Subject::Service(_) => {}
            }
        }
        held
    }

    /// Whether a router or node keeps what it has.
    #[must_use]
    pub fn subject(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Router(router) => self.routers.contains(router),
            Subject::Node(id) => self.node(id),
            Subject::Authority | Subject::Service(_) => false,
        }
    }

    /// Whether the node keeps what it has.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> bool {
        self.routers.contains(&id.router) || self.nodes.contains(id)
    }
}
