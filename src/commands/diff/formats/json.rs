//! JSON with a version (`schema/diff.schema.json`).

use serde::Serialize;

use super::Layout;
use crate::commands::diff::compare::comparison::{Alert, Change, Comparison, EditEffect};
use crate::commands::diff::compare::edit::ElementChange;
use crate::commands::exclusions::Owner;

/// The version of the format. It increases when a member is removed or changes its meaning.
const FORMAT_VERSION: u32 = 2;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DocumentJson<'c> {
    format_version: u32,
    nodes: usize,
    changed_nodes: usize,
    changed_conductors: usize,
    alerts: &'c [Alert],
    edits: Vec<EditJson<'c>>,
    changes: &'c [Change],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct EditJson<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'c str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    routers: &'c [String],
    element: String,
    kind: &'static str,
    before: Option<&'c str>,
    after: Option<&'c str>,
    nodes: usize,
    routes: RoutesJson,
}

#[derive(Serialize)]
struct RoutesJson {
    added: usize,
    removed: usize,
    changed: usize,
}

pub(crate) fn render(comparison: &Comparison, _layout: &Layout<'_>) -> String {
    let document = DocumentJson {
        format_version: FORMAT_VERSION,
        nodes: comparison.nodes,
        changed_nodes: comparison.changed_nodes,
        changed_conductors: comparison.changed_conductors,
        alerts: &comparison.alerts,
        edits: comparison.edits.iter().map(edit_json).collect(),
        changes: &comparison.changes,
    };
    serde_json::to_string_pretty(&document).expect("plain values are JSON") + "\n"
}

fn edit_json(effect: &EditEffect) -> EditJson<'_> {
    let (kind, before, after) = match &effect.edit.change {
        ElementChange::Removed => ("removed", None, None),
        ElementChange::Added => ("added", None, None),
        ElementChange::ValueRemoved(value) => ("removed", Some(value), None),
        ElementChange::ValueAdded(value) => ("added", None, Some(value)),
        ElementChange::Value { before, after } => ("changed", before.as_ref(), after.as_ref()),
    };
    let [added, removed, changed] = effect.routes;
    EditJson {
        service: match &effect.edit.element.owner {
            Owner::Service(name) => Some(name),
            Owner::Authority | Owner::Router => None,
        },
        routers: &effect.routers,
        element: effect.edit.element.path.to_string(),
        kind,
        before: before.map(String::as_str),
        after: after.map(String::as_str),
        nodes: effect.nodes,
        routes: RoutesJson { added, removed, changed },
    }
}
