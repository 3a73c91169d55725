//! The routes that a run changes, for the summary of a diff.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::contract::RouteFile;
use crate::model::route::default_prefix;
use crate::model::{Metric, NodeId, NodeState, Plan};
use crate::publish::previous::PreviousRun;

/// The numbers of changed nodes and routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RouteChanges {
    /// The number of nodes that are published before or after the run.
    pub(crate) nodes: usize,
    pub(crate) changed_nodes: usize,
    /// The number of routes that are added, removed and changed on all nodes.
    pub(crate) routes: [usize; 3],
    /// The number of nodes that are switched off.
    pub(crate) switched_off: usize,
    /// The number of nodes whose files are removed.
    pub(crate) gone: usize,
    /// The number of nodes that are on, and lose all routes.
    pub(crate) no_routes_left: usize,
    pub(crate) default_route_removed: usize,
    pub(crate) default_route_added: usize,
}

/// The changes of one route file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileChanges {
    /// The number of routes that are added, removed and changed.
    routes: [usize; 3],
    loses_all: bool,
    default_route_removed: bool,
    default_route_added: bool,
}

/// The published state of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Published {
    /// It has a route file.
    On,
    /// It has only a pillar document.
    Off,
}

impl FileChanges {
    /// Compares two versions of a route file. `None` is a missing file. A file that a run did not
    /// write has no known routes.
    pub(crate) fn between(old: Option<&[u8]>, new: Option<&[u8]>) -> Self {
        let [old, new] = [old, new].map(routes);
        let removed = old.keys().filter(|prefix| !new.contains_key(prefix)).count();
        let added = new.keys().filter(|prefix| !old.contains_key(prefix)).count();
        let changed = new.iter().filter(|(prefix, metric)| old.get(prefix).is_some_and(|old| old != *metric)).count();
        let has_default = |routes: &BTreeMap<Ipv4Net, Metric>| routes.contains_key(&default_prefix());
        Self {
            routes: [added, removed, changed],
            loses_all: !old.is_empty() && new.is_empty(),
            default_route_removed: has_default(&old) && !has_default(&new),
            default_route_added: !has_default(&old) && has_default(&new),
        }
    }
}

fn routes(file: Option<&[u8]>) -> BTreeMap<Ipv4Net, Metric> {
    let text = file.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let file = text.and_then(|text| RouteFile::parse(text).ok()?);
    file.map_or_else(BTreeMap::new, |file| file.routes.iter().map(|route| (route.prefix, route.metric)).collect())
}

impl RouteChanges {
    /// Counts the changes of a run. `files` are the changed and removed route files, and `kept`
    /// tells which nodes keep their files because of an error.
    pub(crate) fn new(
        plan: &Plan<'_>,
        previous: &PreviousRun<'_>,
        files: &BTreeMap<NodeId, FileChanges>,
        is_kept: impl Fn(&NodeId) -> bool,
    ) -> Self {
        let mut published = published(previous);
        let mut changes = Self::default();
        for node in plan.routers.iter().flat_map(|router| &router.nodes) {
            let after = match node.state {
                NodeState::Unmanaged => continue,
                NodeState::Held => None,
                NodeState::On(_) => Some(Published::On),
                // A node without a minion has no files while it is off.
                NodeState::Off => node.asset_id.map(|_| Published::Off),
            };
            let before = published.remove(&node.id);
            changes.nodes += 1;
            if node.state != NodeState::Held {
                let is_off = node.state == NodeState::Off;
                changes.switched_off += usize::from(is_off && before == Some(Published::On));
                changes.add(before != after, files.get(&node.id), !is_off);
            }
        }
        for node in published.into_keys().filter(|node| !is_kept(node)) {
            changes.nodes += 1;
            changes.gone += 1;
            changes.add(true, files.get(&node), false);
        }
        changes
    }

    fn add(&mut self, is_other_state: bool, file: Option<&FileChanges>, is_on: bool) {
        let file = file.copied().unwrap_or_default();
        self.changed_nodes += usize::from(is_other_state || file.routes != [0; 3]);
        self.routes.iter_mut().zip(file.routes).for_each(|(all, count)| *all += count);
        self.no_routes_left += usize::from(is_on && file.loses_all);
        self.default_route_removed += usize::from(file.default_route_removed);
        self.default_route_added += usize::from(file.default_route_added);
    }
}

/// Returns the published nodes.
fn published(previous: &PreviousRun<'_>) -> BTreeMap<NodeId, Published> {
    let mut nodes = BTreeMap::new();
    for entry in previous.artefacts.values() {
        let Some(node) = entry.owner().node_id() else { continue };
        if entry.is_route_file() {
            nodes.insert(node, Published::On);
        } else {
            nodes.entry(node).or_insert(Published::Off);
        }
    }
    nodes
}
