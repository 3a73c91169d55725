//! Two plans, told apart: which nodes' routes change, and because of which edit of the configuration.

mod edits;

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use serde::Serialize;

use self::edits::Edits;
use crate::diagnostics::Finding;
use crate::model::{Authority, Metric, NodeId};
use crate::model::{NodeState, Origin, Plan, RouteSet, RouterPlan};

/// One of the two configurations.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The configuration.
    pub authority: &'a Authority,
    /// What is planned for it.
    pub plan: &'a Plan<'a>,
    /// What was found in it.
    pub findings: &'a [Finding],
}

/// How two configurations differ in what nodes get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// Nodes that the plugin manages in one of them at least.
    pub nodes: usize,
    /// Those of them that change.
    pub changed_nodes: usize,
    /// The changes, each with all the nodes that it is the same for, by the first of them.
    pub changes: Vec<Change>,
}

/// One change, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// The nodes, sorted.
    pub nodes: Vec<NodeId>,
    /// What they were.
    pub before: State,
    /// What they are to be.
    pub after: State,
    /// What changes, by what it comes from.
    pub parts: Vec<Part>,
}

/// What the plugin makes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is no such node.
    Absent,
    /// It has no block.
    Unmanaged,
    /// The plugin is off.
    Off,
    /// It has routes.
    On,
    /// It keeps what it has, because of an error.
    Held,
}

/// The routes that change because of the same edits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// The edits, sorted. Those of the node's own router do not name it.
    pub because: Vec<Edit>,
    /// The routes, by prefix as text.
    pub routes: Vec<RouteChange>,
}

/// An element that is only in one of the configurations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Edit {
    /// Whose element it is: `service dns`, `router` for the node's own.
    pub of: String,
    /// Whether it was added, or removed.
    pub kind: EditKind,
    /// The element and its value, as flat PCLI text has them.
    pub element: String,
}

/// What became of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditKind {
    /// It is gone.
    Removed,
    /// It is new.
    Added,
    /// What is wrong with the new configuration.
    Error,
}

/// A route on one side or on both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteChange {
    /// The destination as text.
    pub prefix: String,
    /// The route as it was; none where it is added.
    pub before: Option<RouteSide>,
    /// The route as it is to be; none where it is removed.
    pub after: Option<RouteSide>,
}

/// A route on one side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteSide {
    /// Its metric.
    pub metric: Metric,
    /// Where it comes from: `default-route`, `static-route 192.0.2.0/24`, `service dns, address 192.0.2.53`.
    pub from: Vec<String>,
}

/// Compares what two configurations make of every node. Routes that stay the same but for where they come from are no change.
#[must_use]
pub fn compare(old: Side<'_>, new: Side<'_>) -> Comparison {
    let mut edits = Edits::new(old.authority, new.authority);
    let mut nodes: BTreeMap<NodeId, [Option<NodeSide<'_>>; 2]> = BTreeMap::new();
    for (index, side) in [old, new].into_iter().enumerate() {
        for router in &side.plan.routers {
            for node in &router.nodes {
                nodes.entry(node.id.clone()).or_default()[index] = Some(NodeSide::new(side, router, node.state));
            }
        }
    }
    let mut changes: BTreeMap<(State, State, Vec<Part>), Vec<NodeId>> = BTreeMap::new();
    let (mut managed, mut changed_nodes) = (0, 0);
    for (id, [before, after]) in nodes {
        let state = |side: &Option<NodeSide<'_>>| side.as_ref().map_or(State::Absent, |side| side.state);
        let states = (state(&before), state(&after));
        if [states.0, states.1].iter().all(|state| matches!(state, State::Absent | State::Unmanaged)) {
            continue;
        }
        managed += 1;
        let routes = changed_routes(before.as_ref(), after.as_ref());
        let same_state = states.0 == states.1 || [states.0, states.1].iter().all(|s| !is_managed(*s));
        if routes.is_empty() && same_state {
            continue;
        }
        changed_nodes += 1;
        let errors = new.findings.iter().filter(|finding| states.1 == State::Held && concerns(finding, &id));
        let parts = edits.parts(&id, routes, errors);
        changes.entry((states.0, states.1, parts)).or_default().push(id);
    }
    let mut changes: Vec<Change> =
        changes.into_iter().map(|((before, after, parts), nodes)| Change { nodes, before, after, parts }).collect();
    changes.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    Comparison { nodes: managed, changed_nodes, changes }
}

impl Comparison {
    /// Whether no node's routes change.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many routes are added, removed, and changed, over all nodes.
    #[must_use]
    pub fn routes(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for change in &self.changes {
            for route in change.parts.iter().flat_map(|part| &part.routes) {
                counts[route.kind() as usize] += change.nodes.len();
            }
        }
        counts
    }
}

/// What becomes of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another metric.
    Changed,
}

impl RouteChange {
    /// What becomes of it.
    #[must_use]
    pub fn kind(&self) -> RouteChangeKind {
        match (&self.before, &self.after) {
            (None, _) => RouteChangeKind::Added,
            (_, None) => RouteChangeKind::Removed,
            _ => RouteChangeKind::Changed,
        }
    }
}

fn is_managed(state: State) -> bool {
    !matches!(state, State::Absent | State::Unmanaged)
}

fn concerns(finding: &Finding, id: &NodeId) -> bool {
    finding.is_error()
        && finding.subject.router() == Some(&id.router)
        && finding.subject.node().is_none_or(|node| node == id.node)
}

/// A node on one side.
struct NodeSide<'a> {
    plan: &'a Plan<'a>,
    state: State,
    set: Option<&'a RouteSet>,
}

impl<'a> NodeSide<'a> {
    fn new(side: Side<'a>, router: &'a RouterPlan<'a>, state: NodeState) -> Self {
        let (state, set) = match state {
            NodeState::Unmanaged => (State::Unmanaged, None),
            NodeState::Off => (State::Off, None),
            NodeState::On(set) => (State::On, router.route_sets[set].as_ref()),
            NodeState::Held => (State::Held, None),
        };
        Self { plan: side.plan, state, set }
    }

    fn metrics(&self) -> Vec<(&'a str, Metric)> {
        let learned = &self.plan.learned;
        let merged = self.set.into_iter().flat_map(|set| set.merged(learned).map(move |merged| (set, merged)));
        merged
            .map(|(set, merged)| match merged {
                crate::model::Merged::Own(own) => (own.text.as_str(), own.route.metric),
                crate::model::Merged::Shared(_, shared) => (shared.text.as_str(), set.metric),
            })
            .collect()
    }

    /// Returns the route to a prefix, and what it comes from.
    fn route(&self, prefix: &str) -> Option<(RouteSide, Sources)> {
        let set = self.set?;
        let view = set.get(prefix.parse::<Ipv4Net>().ok()?, &self.plan.learned)?;
        let mut sources = Sources::default();
        match &*view.origin {
            Origin::Default(_) => {}
            Origin::Static(address) => drop(sources.static_routes.insert(address.value.clone())),
            Origin::Learned(from) => {
                let services = from.iter().map(|from| self.plan.learned.service(from.address.service));
                sources.services.extend(services.map(|service| service.name.value.clone()));
            }
        }
        Some((RouteSide { metric: view.route.metric, from: self.from(&view.origin) }, sources))
    }

    fn from(&self, origin: &Origin) -> Vec<String> {
        let learned = &self.plan.learned;
        match origin {
            Origin::Default(_) => vec!["default-route".to_owned()],
            Origin::Static(address) => vec![format!("static-route {}", address.value)],
            Origin::Learned(from) => from
                .iter()
                .map(|from| {
                    let service = &learned.service(from.address.service).name.value;
                    format!("service {service}, address {}", learned.address(from.address).value)
                })
                .collect(),
        }
    }
}

/// A changed route, and what it comes from on either side.
type ChangedRoute = (RouteChange, Sources);

/// The services and static routes that a route comes from, by name or key as written. A default route has neither.
#[derive(Clone, Debug, Default)]
struct Sources {
    services: BTreeSet<String>,
    static_routes: BTreeSet<String>,
}

/// The routes that are not the same on both sides. A node that is held back keeps what it has.
fn changed_routes(before: Option<&NodeSide<'_>>, after: Option<&NodeSide<'_>>) -> Vec<ChangedRoute> {
    let is_held = |side: Option<&NodeSide<'_>>| side.is_some_and(|side| side.state == State::Held);
    if is_held(before) || is_held(after) {
        return Vec::new();
    }
    let old = before.map_or_else(Vec::new, NodeSide::metrics);
    let new = after.map_or_else(Vec::new, NodeSide::metrics);
    if old == new {
        return Vec::new();
    }
    let mut both: BTreeMap<&str, [Option<Metric>; 2]> = BTreeMap::new();
    old.iter().for_each(|(prefix, metric)| both.entry(prefix).or_default()[0] = Some(*metric));
    new.iter().for_each(|(prefix, metric)| both.entry(prefix).or_default()[1] = Some(*metric));
    let changed = both.into_iter().filter(|(_, [old, new])| old != new);
    changed
        .map(|(prefix, _)| {
            let side = |side: Option<&NodeSide<'_>>| side.and_then(|side| side.route(prefix)).unzip();
            let ((before, old), (after, new)) = (side(before), side(after));
            let mut sources = Sources::default();
            for side in [old, new].into_iter().flatten() {
                sources.services.extend(side.services);
                sources.static_routes.extend(side.static_routes);
            }
            (RouteChange { prefix: prefix.to_owned(), before, after }, sources)
        })
        .collect()
}
