//! The changes of a comparison by edit: the routes that each edit changes, and on which nodes.

use std::collections::{BTreeMap, HashMap};

use super::comparison::{Comparison, EditIndex, RouteChange, State};
use super::edit::ElementChange;
use crate::commands::exclusions::LocalPath;
use crate::model::line_order::LineOrder;
use crate::model::{Metric, NodeId};

/// Edits and what they change.
pub(crate) struct Group<'c> {
    /// The edits. Several edits change all of it together, unless they are alike.
    pub(crate) edits: Vec<EditIndex>,
    /// True if each edit is another value or entry of the same list, and changes its own routes.
    pub(crate) are_alike: bool,
    /// The nodes whose state changes, by old and new state.
    pub(crate) states: BTreeMap<[State; 2], Vec<&'c NodeId>>,
    /// The changed routes, in the order of the route file's lines.
    pub(crate) routes: BTreeMap<RouteKey, FoldedRoute<'c>>,
}

/// The order of changed routes.
pub(crate) type RouteKey = (LineOrder, Option<Metric>, Option<Metric>);

/// A changed route, and the nodes on which it changes.
pub(crate) struct FoldedRoute<'c> {
    pub(crate) route: &'c RouteChange,
    /// The nodes, sorted.
    pub(crate) nodes: Vec<&'c NodeId>,
}

impl<'c> Group<'c> {
    fn new(edits: Vec<EditIndex>) -> Self {
        Self { edits, are_alike: false, states: BTreeMap::new(), routes: BTreeMap::new() }
    }

    fn add_route(&mut self, route: &'c RouteChange, nodes: impl Iterator<Item = &'c NodeId>) {
        let metric = |side: &Option<super::comparison::RouteSide>| side.as_ref().map(|side| side.metric);
        let key = (LineOrder::of(route.prefix), metric(&route.before), metric(&route.after));
        let folded = self.routes.entry(key).or_insert_with(|| FoldedRoute { route, nodes: Vec::new() });
        folded.nodes.extend(nodes);
    }

    /// Returns the nodes that change.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &'c NodeId> {
        let of_routes = self.routes.values().flat_map(|route| &route.nodes);
        self.states.values().flatten().chain(of_routes).copied()
    }
}

/// Groups the changes of a comparison by their causes, in the order of the edits.
pub(crate) fn groups(comparison: &Comparison) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<&[EditIndex], Group<'_>> = BTreeMap::new();
    for change in &comparison.changes {
        if !change.because.is_empty() {
            let group = groups.entry(&change.because).or_insert_with(|| Group::new(change.because.clone()));
            group.states.entry([change.before, change.after]).or_default().extend(&change.nodes);
        }
        for part in &change.parts {
            let group = groups.entry(&part.because).or_insert_with(|| Group::new(part.because.clone()));
            part.routes.iter().for_each(|route| group.add_route(route, change.nodes.iter()));
        }
    }
    let mut joined: Vec<Group<'_>> = Vec::new();
    let mut lists: HashMap<List<'_>, usize> = HashMap::new();
    for mut group in groups.into_values() {
        group.states.values_mut().for_each(|nodes| nodes.sort());
        group.routes.values_mut().for_each(|route| route.nodes.sort());
        let list = list_of_group(comparison, &group);
        match list.as_ref().and_then(|list| lists.get(list)) {
            Some(index) => join(&mut joined[*index], group),
            None => {
                lists.extend(list.map(|list| (list, joined.len())));
                joined.push(group);
            }
        }
    }
    joined
}

/// A list of the same routers, and true for what is added to it.
type List<'c> = (LocalPath, bool, &'c [String]);

/// Returns the list that has the only edit of a group as an entry or a value. An entry that changes
/// the state of a node is not one of many.
fn list_of_group<'c>(comparison: &'c Comparison, group: &Group<'_>) -> Option<List<'c>> {
    let [edit] = group.edits.as_slice() else { return None };
    let effect = comparison.edits.get(*edit).filter(|_| group.states.is_empty())?;
    let (list, is_added) = list_of(&effect.edit.element, &effect.edit.change)?;
    Some((list, is_added, &effect.routers))
}

/// Returns the list of an added or removed entry or value, and true if it is added.
fn list_of(element: &LocalPath, change: &ElementChange) -> Option<(LocalPath, bool)> {
    let is_added = matches!(change, ElementChange::Added | ElementChange::ValueAdded(_));
    match change {
        ElementChange::ValueAdded(_) | ElementChange::ValueRemoved(_) => Some((element.clone(), is_added)),
        ElementChange::Added | ElementChange::Removed => {
            let last = element.path.last()?;
            let list = element.path.parent()?.child(&last.element);
            last.key.as_ref()?;
            Some((LocalPath { owner: element.owner.clone(), path: list }, is_added))
        }
        ElementChange::Value { .. } => None,
    }
}

fn join<'c>(group: &mut Group<'c>, next: Group<'c>) {
    group.are_alike = true;
    group.edits.extend(next.edits);
    for (key, mut route) in next.routes {
        match group.routes.get_mut(&key) {
            Some(there) => {
                there.nodes.append(&mut route.nodes);
                there.nodes.sort();
                there.nodes.dedup();
            }
            None => {
                group.routes.insert(key, route);
            }
        }
    }
}
