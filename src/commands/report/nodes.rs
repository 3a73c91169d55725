//! The nodes: their states, their sets of routes, and the decisions about them.

use std::collections::HashMap;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::reasons::{Interned, Reasons};
use super::route_sets::RouteSets;
use super::services::{ROUTABLE, is_foreign};
use crate::commands::exclusions::{Exclusion, OwnedBlock, View};
use crate::commands::page::{shown, to_i64};
use crate::model::{
    Address, AddressKind, CheckedRouter, Learned, NodePlan, NodeState, Router, RouterPlan, ServiceAddress,
};
use crate::pipeline::Run;
use crate::publish::render::Renderer;

/// A node: its state, its set of routes or -1, the reasons that exclude all services, the addresses
/// that it treats in its own way, and its minion.
#[derive(Debug, Serialize)]
pub(super) struct NodeData(StateData, i64, usize, usize, Option<String>);

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum StateData {
    Unmanaged,
    Off,
    On,
    Held,
}

/// The outcomes for an address of a service: one, or one for each address that a host name is
/// mapped to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct ExceptionData(usize, usize, Vec<OutcomeData>);

/// The address that a host name is mapped to, and the reason that excludes it, or [`ROUTABLE`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct OutcomeData(Option<String>, i64);

/// The tables that the nodes refer to.
pub(super) struct NodeTables<'r> {
    learned: &'r Learned<'r>,
    renderer: Renderer<'r>,
    /// The addresses of services for the tenant that can be routes, by prefix.
    by_prefix: HashMap<Ipv4Net, Vec<ServiceAddress>>,
    /// The host names of services for the tenant.
    host_names: Vec<ServiceAddress>,
    pub(super) sets: RouteSets,
    pub(super) exceptions: Exceptions,
}

/// Lists of exceptions, each once.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(super) struct Exceptions(Interned<Vec<ExceptionData>>);

impl<'r> NodeTables<'r> {
    pub(super) fn new(run: &'r Run<'r>) -> Self {
        let learned = &run.plan.learned;
        let mut by_prefix: HashMap<Ipv4Net, Vec<ServiceAddress>> = HashMap::new();
        let mut host_names = Vec::new();
        for index in (0..learned.services().len()).filter(|index| !is_foreign(learned, *index)) {
            for (address, written) in learned.service(index).addresses.iter().enumerate() {
                let address = ServiceAddress { service: index, address };
                if let AddressKind::HostName(_) = written.value.kind() {
                    host_names.push(address);
                }
                if let Some(prefix) = written.value.routable() {
                    by_prefix.entry(prefix).or_default().push(address);
                }
            }
        }
        let renderer = Renderer::new(&run.plan);
        Self { learned, renderer, by_prefix, host_names, sets: RouteSets::default(), exceptions: Exceptions::default() }
    }

    /// Returns the nodes of a router.
    pub(super) fn of_router(
        &mut self,
        checked: &CheckedRouter<'_>,
        router: &RouterPlan<'_>,
        reasons: &mut Reasons,
    ) -> Vec<NodeData> {
        // Both nodes of a router usually have the same routes.
        let mut sets: Vec<Option<usize>> = vec![None; router.route_sets.len()];
        let mut nodes = Vec::new();
        for node in &router.nodes {
            let set = match node.state {
                NodeState::On(index) => router.route_sets[index]
                    .as_ref()
                    .map(|set| *sets[index].get_or_insert_with(|| self.sets.add(set, self.learned, &self.renderer))),
                NodeState::Unmanaged | NodeState::Off | NodeState::Held => None,
            };
            nodes.push(self.node(checked, router.router, node, set, reasons));
        }
        nodes
    }

    fn node(
        &mut self,
        checked: &CheckedRouter<'_>,
        router: &Router,
        node: &NodePlan<'_>,
        set: Option<usize>,
        reasons: &mut Reasons,
    ) -> NodeData {
        let state = match node.state {
            NodeState::Unmanaged => StateData::Unmanaged,
            NodeState::Off => StateData::Off,
            NodeState::On(_) => StateData::On,
            NodeState::Held => StateData::Held,
        };
        let block = OwnedBlock::in_effect(checked, &node.id.node);
        let view = View::new(self.learned, Some(router), &node.id.node, block);
        let mut exclusions = Vec::new();
        if node.state != NodeState::Held {
            exclusions.extend(view.of_node());
            exclusions.extend(view.of_learning());
        }
        let all = reasons.add_all(&exclusions, &view, None);
        let exceptions =
            if exclusions.is_empty() { self.exceptions(router, block, &view, reasons) } else { Vec::new() };
        let exceptions = self.exceptions.0.add(exceptions);
        NodeData(state, set.map_or(-1, to_i64), all, exceptions, node.asset_id.map(shown))
    }

    /// Returns the addresses about which the router or the block decides.
    fn exceptions(
        &self,
        router: &Router,
        block: Option<OwnedBlock<'_>>,
        view: &View<'_>,
        reasons: &mut Reasons,
    ) -> Vec<ExceptionData> {
        let mut outcome = |at: ServiceAddress, exclusion: Option<Exclusion>| {
            let service = view.service_at(at.service);
            exclusion.map_or(ROUTABLE, |exclusion| to_i64(reasons.add(exclusion, view, Some(&service))))
        };
        let routes = block.iter().flat_map(|block| &block.block.static_routes);
        let replaced = routes.filter_map(|route| self.by_prefix.get(&route.prefix)).flatten();
        let mut exceptions: Vec<ExceptionData> = replaced
            .map(|at| {
                let excluded = view.of_destination(&self.learned.address(*at).value).first().copied();
                ExceptionData(at.service, at.address, vec![OutcomeData(None, outcome(*at, excluded))])
            })
            .collect();
        for at in &self.host_names {
            let AddressKind::HostName(name) = self.learned.address(*at).value.kind() else { continue };
            let mapped = router.mapped(name).iter().map(|to| &to.value);
            let mut outcomes: Vec<OutcomeData> = mapped
                .map(|to: &Address| {
                    let excluded = view.of_destination(to).first().copied();
                    OutcomeData(Some(shown(&to.to_string())), outcome(*at, excluded))
                })
                .collect();
            if outcomes.is_empty() {
                outcomes.push(OutcomeData(None, outcome(*at, Some(Exclusion::NotMapped))));
            }
            exceptions.push(ExceptionData(at.service, at.address, outcomes));
        }
        exceptions
    }
}
