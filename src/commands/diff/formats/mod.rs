//! The output formats of a comparison (`docs/commands/diff.md`).

mod edit;
mod html;
mod json;
mod markdown;
mod text;

use super::compare::comparison::{Change, Comparison, RouteChange, RouteSide, State};
use crate::commands::formats::formats;
use crate::model::count::counted;

formats! {
    pub(crate) fn(&Comparison, &Titles, usize) -> String;
    /// Text for a terminal
    Text: text,
    /// JSON
    Json: json,
    /// Markdown, for a comment on a pull request
    Markdown: markdown,
    /// A single page without external resources
    Html: html,
}

/// The names of the two configurations, as the user wrote them.
#[derive(Clone, Debug)]
pub(crate) struct Titles {
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Format {
    /// Renders the comparison as text that ends with a newline. Markdown has at most `limit` bytes.
    #[must_use]
    pub(crate) fn render(self, comparison: &Comparison, titles: &Titles, limit: usize) -> String {
        self.renderer()(comparison, titles, limit)
    }
}

/// Returns `2 of 40 nodes change: 3 routes added, 1 removed, 0 with another metric`. If conductors
/// change, `; the conductors of 2 nodes change` follows.
fn summary(comparison: &Comparison) -> String {
    let conductors = match comparison.changed_conductors {
        0 => String::new(),
        changed => format!("; the conductors of {} change", counted(changed, "node")),
    };
    if comparison.is_same() {
        return format!("no route changes on any of {}{conductors}", counted(comparison.nodes, "node"));
    }
    let [added, removed, changed] = comparison.counts();
    let verb = if comparison.changed_nodes == 1 { "changes" } else { "change" };
    format!(
        "{} of {} {verb}: {} added, {removed} removed, {changed} with another metric{conductors}",
        comparison.changed_nodes,
        counted(comparison.nodes, "node"),
        counted(added, "route")
    )
}

/// Describes the change of a node's state, if there is one.
fn transition(change: &Change) -> Option<String> {
    let name = |state| match state {
        State::Absent => "absent",
        State::Unmanaged => "unmanaged",
        State::Off => "off",
        State::On => "on",
        State::Held => "held back by errors",
    };
    let keeps = if change.after == State::Held { "; the published routes stay" } else { "" };
    (change.before != change.after || change.after == State::Held)
        .then(|| format!("was {}, is now {}{keeps}", name(change.before), name(change.after)))
}

/// Returns `5`, or `5 → 10` if the metric changes.
fn metrics(route: &RouteChange) -> String {
    match (&route.before, &route.after) {
        (Some(before), Some(after)) => format!("{} → {}", before.metric, after.metric),
        (before, after) => before.iter().chain(after).map(|side| side.metric.to_string()).collect(),
    }
}

/// Returns the origins of a route, or the former origins of a removed route.
fn from(route: &RouteChange) -> &[String] {
    let side: Option<&RouteSide> = route.after.as_ref().or(route.before.as_ref());
    side.map_or(&[], |side| side.from.as_slice())
}

/// Returns the causes of the change of a node's state: errors, and the edits that cause no change
/// of a route.
fn causes_of_state(comparison: &Comparison, change: &Change) -> Vec<String> {
    let errors = change.errors.iter().map(|error| format!("{}: {}", error.code, error.message));
    let is_of_route = |index: &usize| change.parts.iter().any(|part| part.because.contains(index));
    let edits = change.because.iter().filter(|index| !is_of_route(index));
    errors.chain(edits.map(|index| edit::of_node(&comparison.edits[*index].edit))).collect()
}
