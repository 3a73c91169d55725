//! The causes of a changed state of a node.

use super::comparison::State;
use super::edit::{Edit, Reach};
use super::edits::{EditSet, Edits, smallest};
use super::mixture::Mixer;
use crate::commands::exclusions::{Exclusion, OwnedBlock, View};
use crate::model::{Authority, Block, Node, NodeId, Router};
use crate::pipeline::learned_from;

/// Returns the edits that cause the change of a node's state. An error causes that a node is held
/// back, and not an edit.
pub(super) fn causes(edits: &Edits<'_>, id: &NodeId, before: State, after: State) -> EditSet {
    let Some(pair) = edits.router(&id.router).filter(|_| before != after) else { return EditSet::new() };
    if [before, after].contains(&State::Held) {
        return EditSet::new();
    }
    let is_relevant = |edit: &Edit| match &edit.reach {
        Reach::All => true,
        Reach::Node(node) => *node == id.node,
        Reach::StaticRoute { node, .. } => node.as_ref().is_none_or(|node| *node == id.node),
        _ => false,
    };
    let relevant: EditSet = pair.edits.iter().copied().filter(|edit| is_relevant(edits.get(*edit))).collect();
    if relevant.len() <= 1 {
        return relevant;
    }
    let all: EditSet = pair.edits.iter().copied().collect();
    let sides = pair.sides.map(|side| Some(part(side?, &id.node)));
    let state = |made: &EditSet| {
        let mut is_made = |edit: &Edit| edits.is_made(edit, made);
        let router = Mixer::new(&mut is_made).router(sides[0].as_ref(), sides[1].as_ref());
        state_of(router.as_ref(), &id.node)
    };
    smallest(relevant, |edits| state(&(&all - edits)) == before && state(edits) == after)
}

/// Returns the part of a router that the state of a node depends on.
fn part(router: &Router, node: &str) -> Router {
    let nodes: Vec<Node> = router.nodes.iter().filter(|written| written.name.value == node).cloned().collect();
    Router {
        name: router.name.clone(),
        conductor_addresses: Vec::new(),
        router_groups: Vec::new(),
        resource_groups: Vec::new(),
        host_mappings: Vec::new(),
        nodes,
        block: router.block.clone(),
    }
}

fn state_of(router: Option<&Router>, node: &str) -> State {
    let of_node =
        router.and_then(|router| router.nodes.iter().find(|written| written.name.value == node)?.block.as_ref());
    let block = of_node.or_else(|| router?.block.as_ref()).and_then(Block::of);
    let block = block.as_ref().map(|block| OwnedBlock { block, is_of_node: of_node.is_some() });
    let none = Authority::default();
    let learned = learned_from(&none);
    let exclusions = View::new(&learned, router, node, block).of_node();
    let has = |wanted: &[Exclusion]| exclusions.iter().any(|exclusion| wanted.contains(exclusion));
    if has(&[Exclusion::NoRouter, Exclusion::NoNode]) {
        State::Absent
    } else if has(&[Exclusion::ConductorNode, Exclusion::NoBlock]) {
        State::Unmanaged
    } else if exclusions.is_empty() {
        State::On
    } else {
        State::Off
    }
}
