//! The formats of a comparison, for reviewers and programs (`docs/diff.md`).

mod html;
mod json;
mod markdown;
mod text;

use super::compare::{Change, Comparison, EditKind, RouteChange, RouteSide, State};
use crate::commands::formats::formats;

formats! {
    fn(&Comparison, &Titles) -> String;
    /// For a terminal
    Text: text,
    /// JSON
    Json: json,
    /// Markdown, for a comment on a pull request
    Markdown: markdown,
    /// One page that needs nothing else
    Html: html,
}

/// The names of the two configurations, as the user gave them.
#[derive(Clone, Debug)]
pub struct Titles {
    /// The old configuration.
    pub old: String,
    /// The new one.
    pub new: String,
}

impl Format {
    /// Returns the comparison as text that ends with a newline.
    #[must_use]
    pub fn render(self, comparison: &Comparison, titles: &Titles) -> String {
        self.renderer()(comparison, titles)
    }
}

/// `2 of 40 nodes change: 3 routes added, 1 removed, 0 with another metric`.
fn summary(comparison: &Comparison) -> String {
    if comparison.is_same() {
        return format!("no route changes on any of {}", counted(comparison.nodes, "node"));
    }
    let [added, removed, changed] = comparison.routes();
    let verb = if comparison.changed_nodes == 1 { "changes" } else { "change" };
    format!(
        "{} of {} {verb}: {} added, {removed} removed, {changed} with another metric",
        comparison.changed_nodes,
        counted(comparison.nodes, "node"),
        counted(added, "route")
    )
}

fn counted(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// What becomes of the nodes, where more changes than routes.
fn transition(change: &Change) -> Option<String> {
    let state = |state| match state {
        State::Absent => "not there",
        State::Unmanaged => "without the plugin",
        State::Off => "switched off",
        State::On => "on",
        State::Held => "held back by errors: it keeps what it has",
    };
    (change.before != change.after || change.after == State::Held)
        .then(|| format!("was {}, is {}", state(change.before), state(change.after)))
}

fn sign(kind: EditKind) -> char {
    match kind {
        EditKind::Removed => '-',
        EditKind::Added => '+',
        EditKind::Error => '!',
    }
}

/// `metric 5`, `metric 5 → 10`.
fn metrics(route: &RouteChange) -> String {
    match (&route.before, &route.after) {
        (Some(before), Some(after)) => format!("metric {} → {}", before.metric, after.metric),
        (before, after) => before.iter().chain(after).map(|side| format!("metric {}", side.metric)).collect(),
    }
}

/// Where a route comes from, or came from.
fn from(route: &RouteChange) -> Vec<String> {
    let side: Option<&RouteSide> = route.after.as_ref().or(route.before.as_ref());
    side.map_or_else(Vec::new, |side| side.from.clone())
}
