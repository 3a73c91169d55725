//! A comparison of two configurations, for reviewers and programs (`docs/diff.md`).

mod html;
mod markdown;
mod text;

use serde::Serialize;

use crate::conductor::compare::{Change, Comparison, EditKind, RouteChange, RouteSide, State};

/// A format of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// JSON, versioned: `schema/diff.schema.json`.
    Json,
    /// Markdown, for a comment on a pull request.
    Markdown,
    /// One page that needs nothing else.
    Html,
}

/// What is compared, as the user named it.
#[derive(Clone, Debug)]
pub struct Titles {
    /// The old configuration.
    pub old: String,
    /// The new one.
    pub new: String,
}

/// The comparison as text that ends with a newline.
#[must_use]
pub fn render(comparison: &Comparison, titles: &Titles, format: Format) -> String {
    match format {
        Format::Text => text::render(comparison),
        Format::Json => json(comparison),
        Format::Markdown => markdown::render(comparison, titles),
        Format::Html => html::render(comparison, titles),
    }
}

/// Grows when a name changes its meaning or goes.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'c> {
    format_version: u32,
    #[serde(flatten)]
    comparison: &'c Comparison,
}

fn json(comparison: &Comparison) -> String {
    let document = Document { format_version: FORMAT_VERSION, comparison };
    serde_json::to_string_pretty(&document).expect("plain values") + "\n"
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
