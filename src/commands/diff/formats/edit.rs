//! Edits as text.

use crate::commands::diff::compare::edit::{Edit, ElementChange};
use crate::commands::exclusions::Owner;
use crate::model::{Element, ElementPath};
use crate::syntaxes::pcli;

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
