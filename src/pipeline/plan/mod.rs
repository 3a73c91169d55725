//! What each node is to have: the routes with where they come from, or why there are none.

mod learning;
mod route_set;

use crate::diagnostics::{Code, Finding, Subject};
use crate::model::route::default_prefix;
use crate::model::{Block, ElementPath, Metric, NodeId, Router, Span};
use crate::pipeline::check::{Checked, CheckedBlock, CheckedRouter, Held};
use crate::pipeline::learn::Learned;
use crate::pipeline::parallel;

pub use route_set::{LearnedFrom, Merged, Origin, PlannedRoute, RouteSet, RouteView};

/// The plan of all routers.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What the services give.
    pub learned: Learned<'a>,
    /// The routers, sorted by name.
    pub routers: Vec<RouterPlan<'a>>,
}

/// The plan of one router.
#[derive(Debug)]
pub struct RouterPlan<'a> {
    /// The router.
    pub router: &'a Router,
    /// The routes of the router's block, and of the blocks that nodes have of their own. None: off, or in error.
    pub route_sets: Vec<Option<RouteSet>>,
    /// The nodes, sorted by name.
    pub nodes: Vec<NodePlan<'a>>,
}

/// The plan of one node.
#[derive(Debug)]
pub struct NodePlan<'a> {
    /// The node.
    pub id: NodeId,
    /// Its Salt minion id.
    pub asset_id: Option<&'a str>,
    /// What it is to have.
    pub state: NodeState,
}

/// What a node is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// No block: nothing is generated.
    Unmanaged,
    /// The plugin is off: what it had installed is to be removed.
    Off,
    /// The routes of this set.
    On(usize),
    /// Something is wrong: the node keeps what it has.
    Held,
}

/// Plans every router. What is wrong, or odd, in what a block and the services make together is reported.
#[must_use]
pub fn plan<'a>(checked: &Checked<'a>, findings: &mut Vec<Finding>) -> Plan<'a> {
    let learns = checked.routers.iter().flat_map(|router| &router.blocks);
    let any_learns = learns.filter_map(|block| block.block.as_ref()).any(|block| block.learn_from_services);
    let mut of_services = Vec::new();
    let learned = Learned::new(checked.authority, findings, &mut of_services);
    if any_learns {
        // Where nobody learns, what is odd in what services would give concerns nobody.
        findings.append(&mut of_services);
    }
    let mut routers =
        parallel::map(&checked.routers, findings, |router, findings| plan_router(router, &learned, findings));
    let held = Held::by(findings);
    for node in routers.iter_mut().flat_map(|router| &mut router.nodes) {
        if node.state != NodeState::Unmanaged && held.node(&node.id) {
            node.state = NodeState::Held;
        }
    }
    Plan { learned, routers }
}

fn plan_router<'a>(checked: &CheckedRouter<'a>, learned: &Learned<'a>, findings: &mut Vec<Finding>) -> RouterPlan<'a> {
    let router = checked.router;
    let route_sets: Vec<_> = checked.blocks.iter().map(|block| plan_block(router, block, learned, findings)).collect();
    let nodes = checked
        .nodes
        .iter()
        .map(|node| {
            let id = node.id(router);
            let asset_id = node.node.asset_id.as_ref().map(|id| id.value.as_str());
            let state = match node.block {
                None => NodeState::Unmanaged,
                Some(block) if checked.blocks[block].block.is_none() => NodeState::Held,
                Some(block) => route_sets[block].as_ref().map_or(NodeState::Off, |_| NodeState::On(block)),
            };
            if asset_id.is_none() && state != NodeState::Unmanaged {
                findings.push(no_asset_id(&id, node.node.name.at));
            }
            NodePlan { id, asset_id, state }
        })
        .collect();
    RouterPlan { router, route_sets, nodes }
}

fn no_asset_id(id: &NodeId, at: Span) -> Finding {
    let path = ElementPath::authority().entry("router", &id.router).entry("node", &id.node);
    let message =
        "the node has no `asset-id`, so it gets no pillar data and Salt brings it nothing; add its `asset-id`";
    Finding::new(Code::NoAssetId, Subject::Node(id.clone()), path, message).at(at)
}

fn plan_block(
    router: &Router,
    checked: &CheckedBlock,
    learned: &Learned<'_>,
    findings: &mut Vec<Finding>,
) -> Option<RouteSet> {
    let block = checked.block.as_ref().filter(|block| block.enabled)?;
    let mut own: Vec<PlannedRoute> = block.static_routes.iter().map(PlannedRoute::of_static).collect();
    if let Some(at) = &block.default_route {
        own.push(PlannedRoute::new(default_prefix(), block.metric, Origin::Default(at.at)));
    }
    let mut context = Context { router, checked, block, learned, findings };
    let left_open = block.learn_from_services && context.learn(&mut own);
    own.sort_by(|a, b| a.text.cmp(&b.text));
    let set = RouteSet { metric: block.metric, learns: block.learn_from_services, own };
    context.report_default_metric(&set);
    if set.is_empty(learned) && !left_open {
        let message = "the plugin is on, and there is no route at all; give `default-route`, `static-route` \
                       or `learn-from-services`, or set `enabled` to false";
        context.report(Code::NoRoutes, message.to_owned());
    }
    if !block.learn_from_services {
        context.report_learning_off(&set);
    }
    Some(set)
}

/// One block being planned.
struct Context<'c, 'a> {
    router: &'c Router,
    checked: &'c CheckedBlock,
    block: &'c Block,
    learned: &'c Learned<'a>,
    findings: &'c mut Vec<Finding>,
}

impl Context<'_, '_> {
    fn finding(&self, code: Code, message: String) -> Finding {
        Finding::new(code, self.checked.owner.clone(), self.checked.path.clone(), message).at(self.block.at)
    }

    fn report(&mut self, code: Code, message: String) {
        let finding = self.finding(code, message);
        self.findings.push(finding);
    }

    fn report_default_metric(&mut self, set: &RouteSet) {
        let Some(route) = set.get(default_prefix(), self.learned).filter(|route| route.route.metric == Metric(0))
        else {
            return;
        };
        let message = "the default route has metric 0, so it competes with any other default route of metric 0 on the box; \
                       give a higher `metric` where kni254 is the backup";
        let at = match &*route.origin {
            Origin::Default(at) => Some(*at),
            Origin::Static(address) => Some(address.at),
            Origin::Learned(from) => from.first().map(|from| self.learned.address(from.address).at),
        };
        let finding = self.finding(Code::DefaultMetricZero, message.to_owned());
        self.findings.push(finding.at(at));
    }
}
