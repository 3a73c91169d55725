//! The output formats of a comparison (`docs/commands/diff.md`).

mod alerts;
mod edit;
mod html;
mod json;
mod markdown;
mod text;

use super::compare::comparison::{Change, Comparison, RouteChange, RouteFrom, RouteSide, State};
use crate::commands::formats::formats;

formats! {
    pub(crate) fn(&Comparison, &Layout<'_>) -> String;
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

/// The order of text and Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum By {
    /// Each edit, and the routes that it changes
    Edit,
    /// Each node, and the edits that change it
    Node,
}

/// The layout of the output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<'l> {
    pub(crate) titles: &'l Titles,
    pub(crate) by: By,
    /// The maximum number of bytes of Markdown.
    pub(crate) limit: usize,
    /// True if text has colours.
    pub(crate) has_colours: bool,
}

impl Format {
    /// Renders the comparison as text that ends with a newline.
    #[must_use]
    pub(crate) fn render(self, comparison: &Comparison, layout: &Layout<'_>) -> String {
        self.renderer()(comparison, layout)
    }
}

/// Describes the change of a node's state, if there is one.
fn transition(change: &Change) -> Option<String> {
    let keeps = if change.after == State::Held { "; the published routes stay" } else { "" };
    (change.before != change.after || change.after == State::Held)
        .then(|| format!("was {}, is now {}{keeps}", state_name(change.before), state_name(change.after)))
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Absent => "absent",
        State::Unmanaged => "unmanaged",
        State::Off => "off",
        State::On => "on",
        State::Held => "held back by errors",
    }
}

/// Returns `5`, or `5 → 10` if the metric changes.
fn metrics(route: &RouteChange) -> String {
    match (&route.before, &route.after) {
        (Some(before), Some(after)) => format!("{} → {}", before.metric, after.metric),
        (before, after) => before.iter().chain(after).map(|side| side.metric.to_string()).collect(),
    }
}

/// Returns the origins of a route, or the former origins of a removed route.
fn from(route: &RouteChange) -> &[RouteFrom] {
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
