//! The data of the page. `templates/page/data.js` and `templates/page/diff.js` read them.

use std::collections::HashMap;

use serde::Serialize;

use super::routes::Routes;
use crate::commands::diff::compare::comparison::{Alert, Change, Comparison, EditIndex, ErrorCause, State};
use crate::commands::diff::compare::groups::{Group, groups};
use crate::commands::diff::formats::{alerts, edit};
use crate::commands::page::{FrontCoded, NodesRef, NodesTable, Texts, shown, to_i64};
use crate::model::NodeId;

/// The number of edits that the page names first.
const LARGEST: usize = 3;

/// The index of a route in [`DiffData::routes`].
type RouteIndex = usize;

#[derive(Serialize)]
pub(super) struct DiffData<'c> {
    view: &'static str,
    /// The number of nodes that were compared.
    compared: usize,
    nodes: NodesTable<'c>,
    texts: Texts,
    routes: Routes<'c>,
    alerts: Vec<AlertData>,
    largest: Vec<LargestData>,
    headings: FrontCoded,
    cards: Vec<CardData>,
    changes: Vec<ChangeData>,
    idle: Vec<String>,
    idle_heading: &'static str,
}

#[derive(Serialize)]
struct AlertData {
    text: String,
    nodes: NodesRef,
    prefixes: Vec<String>,
    errors: Vec<String>,
}

/// An edit: its text, the routes that it adds, removes and changes, and its first card.
#[derive(Serialize)]
struct LargestData(String, [usize; 3], CardRef);

/// Edits that have their effects together.
#[derive(Serialize)]
struct CardData(
    HeadingCount,
    /// The routes by the nodes on which they change, in their order.
    Vec<(NodesRef, Vec<RouteIndex>)>,
    /// The changes of states, and all nodes that change, unless they are those of the only routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    Option<(Vec<StateChange>, NodesRef)>,
);

/// The old and the new state of some nodes.
#[derive(Serialize)]
struct StateChange(State, State, NodesRef);

/// The number of a card's headings. The headings of all cards are in one list.
type HeadingCount = usize;

/// The change of some nodes: the routes of each card, and the change of the state.
#[derive(Serialize)]
struct ChangeData(
    NodesRef,
    Vec<(CardRef, Vec<RouteIndex>)>,
    #[serde(skip_serializing_if = "Option::is_none")] Option<StateData>,
);

/// The old and the new state, the errors, and the card that causes the change.
#[derive(Serialize)]
struct StateData(State, State, Vec<usize>, CardRef);

/// The index of a card, or -1 for none.
type CardRef = i64;

/// Returns the data of a comparison.
pub(super) fn data(comparison: &Comparison) -> DiffData<'_> {
    let mut table = Table {
        nodes: NodesTable::new(&nodes(comparison)),
        texts: Texts::default(),
        routes: Routes::default(),
        headings: FrontCoded::default(),
        cards: HashMap::new(),
    };
    let alerts = comparison.alerts.iter().map(|alert| table.alert(alert)).collect();
    let groups: Vec<Group<'_>> = groups(comparison).into_iter().filter(|group| !group.edits.is_empty()).collect();
    let cards = groups.iter().enumerate().map(|(index, group)| table.card(comparison, group, index)).collect();
    let changes = comparison.changes.iter().map(|change| table.change(change)).collect();
    let Table { nodes, texts, routes, headings, .. } = table;
    DiffData {
        view: "diff",
        compared: comparison.nodes,
        nodes,
        texts,
        routes,
        alerts,
        largest: largest(comparison, &groups),
        headings,
        cards,
        changes,
        idle: edit::idle(comparison).iter().map(|heading| shown(heading)).collect(),
        idle_heading: edit::idle_heading(comparison),
    }
}

/// Returns the edits that change most of the routes, if they are few.
fn largest(comparison: &Comparison, groups: &[Group<'_>]) -> Vec<LargestData> {
    let size = |index: &EditIndex| comparison.edits[*index].routes.iter().sum::<usize>();
    let mut edits: Vec<EditIndex> = (0..comparison.edits.len()).filter(|index| size(index) > 0).collect();
    edits.sort_by_key(|index| std::cmp::Reverse(size(index)));
    let total: usize = comparison.summary().routes.iter().sum();
    edits.truncate(LARGEST);
    if groups.len() <= LARGEST || edits.iter().map(size).sum::<usize>() * 2 < total {
        return Vec::new();
    }
    let card = |index: EditIndex| card_ref(groups.iter().position(|group| group.edits.contains(&index)));
    let edit = |index| (&comparison.edits[index], card(index));
    let edits = edits.into_iter().map(edit);
    edits.map(|(effect, card)| LargestData(shown(&edit::of_effect(effect)), effect.routes, card)).collect()
}

fn card_ref(index: Option<usize>) -> CardRef {
    index.map_or(-1, to_i64)
}

/// Returns the nodes that the page names, sorted.
fn nodes(comparison: &Comparison) -> Vec<&NodeId> {
    let changed = comparison.changes.iter().flat_map(|change| &change.nodes);
    let alerted = comparison.alerts.iter().flat_map(|alert| &alert.nodes);
    let mut nodes: Vec<&NodeId> = changed.chain(alerted).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The tables that the data refer to.
struct Table<'c> {
    nodes: NodesTable<'c>,
    texts: Texts,
    routes: Routes<'c>,
    headings: FrontCoded,
    /// The cards by their edits. A card of several entries of a list is there for each of them.
    cards: HashMap<Vec<EditIndex>, usize>,
}

impl<'c> Table<'c> {
    fn alert(&mut self, alert: &Alert) -> AlertData {
        let error = |error: &ErrorCause| format!("{}: {}", error.code, shown(&error.message));
        AlertData {
            text: alerts::short(alert),
            nodes: self.nodes.refer(&alert.nodes),
            prefixes: alert.prefixes.iter().map(ToString::to_string).collect(),
            errors: alert.errors.iter().map(error).collect(),
        }
    }

    fn card(&mut self, comparison: &Comparison, group: &Group<'c>, index: usize) -> CardData {
        if group.are_alike {
            self.cards.extend(group.edits.iter().map(|edit| (vec![*edit], index)));
        } else {
            self.cards.insert(group.edits.clone(), index);
        }
        let mut routes: Vec<(NodesRef, Vec<RouteIndex>)> = Vec::new();
        let mut places: HashMap<NodesRef, usize> = HashMap::new();
        for folded in group.routes.values() {
            let nodes = self.nodes.refer(folded.nodes.iter().copied());
            let place = *places.entry(nodes).or_insert(routes.len());
            if place == routes.len() {
                routes.push((nodes, Vec::new()));
            }
            routes[place].1.push(self.routes.add(folded.route, &mut self.texts));
        }
        let states = group
            .states
            .iter()
            .map(|([before, after], nodes)| StateChange(*before, *after, self.nodes.refer(nodes.iter().copied())));
        let states: Vec<StateChange> = states.collect();
        let has_more = !states.is_empty() || routes.len() > 1;
        let more = has_more.then(|| (states, self.nodes.refer(group.nodes())));
        let headings = edit::headings(comparison, group);
        headings.iter().for_each(|heading| self.headings.push(heading));
        CardData(headings.len(), routes, more)
    }

    fn change(&mut self, change: &'c Change) -> ChangeData {
        let card = |because: &[EditIndex]| card_ref(self.cards.get(because).copied());
        let because = card(&change.because);
        let cards: Vec<CardRef> = change.parts.iter().map(|part| card(&part.because)).collect();
        let texts = &mut self.texts;
        let errors = change.errors.iter().map(|error| texts.add(&format!("{}: {}", error.code, error.message)));
        let errors: Vec<usize> = errors.collect();
        let has_state = change.before != change.after || change.after != State::On || !errors.is_empty();
        let state = has_state.then_some(StateData(change.before, change.after, errors, because));
        let mut indices = |routes: &'c [_]| routes.iter().map(|route| self.routes.add(route, texts)).collect();
        let parts = cards.into_iter().zip(&change.parts).map(|(card, part)| (card, indices(&part.routes))).collect();
        ChangeData(self.nodes.refer(&change.nodes), parts, state)
    }
}
