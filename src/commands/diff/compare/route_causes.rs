//! The causes of all changed routes, router by router.

use std::collections::{BTreeMap, HashMap};

use ipnet::Ipv4Net;

use super::candidates::{Candidates, MappedHosts, mapped_hosts};
use super::causes::causes;
use super::comparison::RouteChange;
use super::edits::{EditSet, Edits};
use super::question::Question;
use crate::model::{NodeId, NodeRole, Router};

/// Finds the causes of changed routes.
pub(super) struct RouteCauses<'c> {
    edits: &'c Edits<'c>,
    candidates: Candidates<'c>,
    /// The router of the last node. The nodes of a router follow each other.
    router: Option<String>,
    hosts: MappedHosts<'c>,
    /// The causes for all nodes of the router without their own settings, by prefix and by the
    /// edits that can change the route.
    known: HashMap<(Ipv4Net, EditSet), EditSet>,
}

impl<'c> RouteCauses<'c> {
    pub(super) fn new(edits: &'c Edits<'c>) -> Self {
        let candidates = Candidates::of(edits);
        Self { edits, candidates, router: None, hosts: MappedHosts::new(), known: HashMap::new() }
    }

    /// Groups the changed routes of a node by the edits that cause them.
    pub(super) fn of(&mut self, id: &NodeId, routes: Vec<RouteChange>) -> Vec<(EditSet, Vec<RouteChange>)> {
        let sides = self.edits.router(&id.router).map_or([None, None], |pair| pair.sides);
        if self.router.as_ref() != Some(&id.router) {
            self.router = Some(id.router.clone());
            self.hosts = mapped_hosts(sides);
            self.known.clear();
        }
        let is_plain = sides.into_iter().all(|side| has_plain_node(side, &id.node));
        let mut parts: BTreeMap<EditSet, Vec<RouteChange>> = BTreeMap::new();
        for route in routes {
            let of_route = self.candidates.to(route.prefix, &self.hosts);
            let question = Question::new(self.edits, (&id.router, &id.node), route.prefix, of_route);
            let causes = if is_plain {
                let key = (route.prefix, question.relevant.clone());
                self.known.entry(key).or_insert_with(|| causes(&question)).clone()
            } else {
                causes(&question)
            };
            parts.entry(causes).or_default().push(route);
        }
        parts.into_iter().collect()
    }
}

/// Returns true if a router has a node of this name without its own settings.
fn has_plain_node(router: Option<&Router>, name: &str) -> bool {
    let node = router.and_then(|router| router.nodes.iter().find(|node| node.name.value == name));
    node.is_some_and(|node| {
        let is_conductor = node.role.as_ref().is_some_and(|role| role.value == NodeRole::Conductor);
        node.block.is_none() && !is_conductor
    })
}
