//! Edits as text.

use crate::commands::diff::compare::comparison::{Comparison, EditEffect};
use crate::commands::diff::compare::edit::{Edit, ElementChange};
use crate::commands::diff::compare::groups::Group;
use crate::commands::exclusions::Owner;
use crate::commands::nodes;
use crate::commands::route_summary::AlertKind;
use crate::model::{Element, ElementPath};
use crate::syntaxes::pcli;

/// The maximum number of values of a list that a heading names.
const NAMED: usize = 3;

/// Returns an edit of a node's own router, or of a service, as in `service dns address 192.0.2.53
/// removed`.
pub(super) fn of_node(edit: &Edit) -> String {
    let owner = match &edit.element.owner {
        Owner::Service(name) => ElementPath::default().entry(Element::Service, name),
        Owner::Router if edit.element.path.last().is_none() => ElementPath::default().child(Element::Router),
        Owner::Router | Owner::Authority => ElementPath::default(),
    };
    changed(&owner.join(&edit.element.path), &edit.change)
}

/// Returns the headings of a group: one for each edit, or one for all values of a list.
pub(super) fn headings(comparison: &Comparison, group: &Group<'_>) -> Vec<String> {
    let mut changed: Vec<&str> = group.nodes().map(|id| id.router.as_str()).collect();
    changed.sort_unstable();
    changed.dedup();
    let routers_of = |effect: &EditEffect| -> Vec<&str> {
        changed.iter().copied().filter(|router| effect.routers.iter().any(|other| other == router)).collect()
    };
    let effects = group.edits.iter().map(|index| &comparison.edits[*index]);
    if !group.are_alike {
        return effects.map(|effect| heading(&effect.edit, &routers_of(effect))).collect();
    }
    let edits: Vec<&EditEffect> = effects.collect();
    let values: Vec<String> = edits.iter().take(NAMED).map(|effect| value(&effect.edit)).collect();
    let more = edits.len() - values.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let element = &edits[0].edit.element.path;
    let list = match &edits[0].edit.change {
        ElementChange::ValueAdded(_) | ElementChange::ValueRemoved(_) => element.clone(),
        _ => list_of(element),
    };
    let values = format!("{}{more}", values.join(", "));
    let is_added = matches!(edits[0].edit.change, ElementChange::Added | ElementChange::ValueAdded(_));
    let text = |path: &ElementPath| {
        format!("{} {values} {}", pcli::print::leaf(&path.steps(), None), if is_added { "added" } else { "removed" })
    };
    vec![with_owner(&edits[0].edit.element.owner, &list, &routers_of(edits[0]), &text)]
}

/// Returns the list of an entry.
fn list_of(entry: &ElementPath) -> ElementPath {
    let list = entry.last().zip(entry.parent());
    list.map_or_else(ElementPath::default, |(step, around)| around.child(&step.element))
}

/// Returns the value of a leaf-list, or the key of an entry.
fn value(edit: &Edit) -> String {
    let key = edit.element.path.last().and_then(|step| step.key.as_deref());
    match &edit.change {
        ElementChange::ValueAdded(value) | ElementChange::ValueRemoved(value) => pcli::print::leaf(&[], Some(value)),
        _ => pcli::print::leaf(&[], Some(key.unwrap_or_default())),
    }
}

/// Returns the edits that change no node, each once.
pub(super) fn idle(comparison: &Comparison) -> Vec<String> {
    comparison.edits.iter().filter(|effect| effect.nodes == 0).map(of_effect).collect()
}

/// Returns an edit of all its routers.
pub(super) fn of_effect(effect: &EditEffect) -> String {
    heading(&effect.edit, &effect.routers.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Returns the heading of the edits that change no node. A node that is held back is not compared.
pub(super) fn idle_heading(comparison: &Comparison) -> &'static str {
    let is_held = comparison.alerts.iter().any(|alert| alert.kind == AlertKind::HeldBack);
    if is_held { "edits that change no route of the other nodes" } else { "edits that change no route" }
}

fn heading(edit: &Edit, routers: &[&str]) -> String {
    with_owner(&edit.element.owner, &edit.element.path, routers, &|path| changed(path, &edit.change))
}

/// Returns the text of an element with its owner: one router by its name in the path, and several
/// before the text.
fn with_owner(owner: &Owner, path: &ElementPath, routers: &[&str], text: &dyn Fn(&ElementPath) -> String) -> String {
    match (owner, routers) {
        (Owner::Service(name), _) => text(&ElementPath::default().entry(Element::Service, name).join(path)),
        (Owner::Authority, _) => text(path),
        (Owner::Router, [router]) => text(&ElementPath::default().entry(Element::Router, router).join(path)),
        (Owner::Router, routers) if path.last().is_none() => {
            format!("{}{}", nodes::folded_routers(routers), text(path))
        }
        (Owner::Router, routers) => format!("{}: {}", nodes::folded_routers(routers), text(path)),
    }
}

fn changed(element: &ElementPath, change: &ElementChange) -> String {
    let with = |value: Option<&str>| pcli::print::leaf(&element.steps(), value);
    let word = |value: &str| pcli::print::leaf(&[], Some(value));
    match change {
        ElementChange::Removed => format!("{} removed", with(None)),
        ElementChange::Added => format!("{} added", with(None)),
        ElementChange::ValueRemoved(value) => format!("{} removed", with(Some(value))),
        ElementChange::ValueAdded(value) => format!("{} added", with(Some(value))),
        ElementChange::Value { before: Some(before), after: Some(after) } => {
            format!("{} \u{2192} {}", with(Some(before)), word(after))
        }
        ElementChange::Value { before: Some(value), after: None } => format!("{} removed", with(Some(value))),
        ElementChange::Value { before: None, after } => format!("{} added", with(after.as_deref())),
    }
}
