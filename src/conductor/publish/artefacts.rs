//! Which artefacts a plan makes, and their bytes.

use std::collections::BTreeMap;

use super::manifest::{Manifest, Owner, RouterEntry, State};
use crate::conductor::check::Held;
use crate::conductor::names::{PILLAR_FOLDER, folder_name, pillar_file_name};
use crate::conductor::plan::{NodePlan, NodeState, Plan, RouterPlan};
use crate::conductor::render::{RenderedSet, Renderer};
use crate::diagnostic::{Finding, sort_by_content};
use crate::model::{NodeId, route_file};

/// The pillar's top file.
pub(super) const TOP: &str = "pillar/top.sls";

/// An artefact and its bytes.
pub(super) struct Rendered {
    pub(super) path: String,
    pub(super) owner: Owner,
    pub(super) bytes: Vec<u8>,
}

/// The path of a node's route file.
fn route_file_path(id: &NodeId) -> String {
    format!("routers/{}/{}/{}", folder_name(&id.router), folder_name(&id.node), route_file::FILE_NAME)
}

/// The path of a minion's pillar document.
fn pillar_path(minion: &str) -> String {
    format!("pillar/{PILLAR_FOLDER}/{}", pillar_file_name(minion))
}

fn owner(node: &NodePlan<'_>, minion: Option<&str>) -> Owner {
    Owner { node: Some(node.id.clone()), minion: minion.map(str::to_owned) }
}

/// The paths of all artefacts of a plan, and whose they are, without rendering any.
pub(super) fn paths(plan: &Plan<'_>) -> BTreeMap<String, Owner> {
    let mut paths = BTreeMap::from([(TOP.to_owned(), Owner { node: None, minion: None })]);
    for node in plan.routers.iter().flat_map(|router| &router.nodes) {
        if matches!(node.state, NodeState::On(_)) {
            paths.insert(route_file_path(&node.id), owner(node, None));
        }
        if let (NodeState::On(_) | NodeState::Off, Some(minion)) = (node.state, node.asset_id) {
            paths.insert(pillar_path(minion), owner(node, Some(minion)));
        }
    }
    paths
}

/// The artefacts of one router, and how many routes its nodes have.
pub(super) fn render(router: &RouterPlan<'_>, renderer: &Renderer<'_>) -> (Vec<Rendered>, usize) {
    let is_used = |set: usize| router.nodes.iter().any(|node| node.state == NodeState::On(set));
    let sets: Vec<Option<RenderedSet>> = router
        .route_sets
        .iter()
        .enumerate()
        .map(|(index, set)| set.as_ref().filter(|_| is_used(index)).map(|set| renderer.set(set)))
        .collect();
    let (mut artefacts, mut routes) = (Vec::new(), 0);
    for node in &router.nodes {
        let set = match node.state {
            NodeState::On(set) => sets[set].as_ref(),
            NodeState::Off => None,
            NodeState::Unmanaged | NodeState::Held => continue,
        };
        if let Some(minion) = node.asset_id {
            let bytes = renderer.pillar(&node.id, set);
            artefacts.push(Rendered { path: pillar_path(minion), owner: owner(node, Some(minion)), bytes });
        }
        if let Some(set) = set {
            routes += set.routes;
            let bytes = set.route_file.clone();
            artefacts.push(Rendered { path: route_file_path(&node.id), owner: owner(node, None), bytes });
        }
    }
    (artefacts, routes)
}

/// The manifest of a run, but for its artefacts.
pub(super) fn manifest(plan: &Plan<'_>, findings: &[Finding]) -> Manifest {
    let mut manifest = Manifest::default();
    for router in &plan.routers {
        let nodes: BTreeMap<_, _> = router
            .nodes
            .iter()
            .filter_map(|node| {
                let state = match node.state {
                    NodeState::Unmanaged => return None,
                    NodeState::Off => State::Off,
                    NodeState::On(_) => State::On,
                    NodeState::Held => State::Held,
                };
                Some((node.id.node.clone(), state))
            })
            .collect();
        if !nodes.is_empty() {
            manifest.routers.insert(router.router.name.value.clone(), RouterEntry { nodes, findings: Vec::new() });
        }
    }
    let mut findings = findings.to_vec();
    sort_by_content(&mut findings);
    for finding in findings {
        match finding.subject.router() {
            Some(router) => manifest.routers.entry(router.to_owned()).or_default().findings.push(finding),
            None => manifest.findings.push(finding),
        }
    }
    manifest
}

/// Nodes that the configuration names and does not leave out: what is removed of these is meant.
pub(super) fn is_named(plan: &Plan<'_>, id: &NodeId) -> bool {
    let router = plan.routers.binary_search_by(|router| router.router.name.value.cmp(&id.router));
    router.is_ok_and(|index| {
        plan.routers[index].nodes.iter().any(|node| node.id == *id && node.state != NodeState::Unmanaged)
    })
}

/// Whether an artefact belongs to a node that keeps what it has. A router as a whole may be held, with nodes that the
/// configuration no longer names.
pub(super) fn is_held(held: &Held, owner: &Owner) -> bool {
    owner.node.as_ref().is_some_and(|id| held.node(id))
}
