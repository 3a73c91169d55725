//! Markdown for a comment on a pull request. What is not ours stands in code spans, whose fences it cannot end.

use std::fmt::Write as _;

use crate::commands::diff::compare::{Change, Comparison, RouteChangeKind};
use crate::commands::diff::formats::{Titles, counted, from, metrics, sign, summary, transition};
use crate::commands::findings::printable;

/// How many nodes are named, routes shown and changes told. GitHub takes comments of up to 65,536 characters.
const NAMED: usize = 10;
const ROUTES: usize = 50;
const CHANGES: usize = 50;

pub(crate) fn render(comparison: &Comparison, titles: &Titles) -> String {
    let mut text = format!("## Routes on kni254: {}\n\n", summary(comparison));
    let _ = writeln!(text, "From {} to {}.", code(&titles.old), code(&titles.new));
    for change in comparison.changes.iter().take(CHANGES) {
        of_change(change, &mut text);
    }
    if comparison.changes.len() > CHANGES {
        let _ = writeln!(text, "\n… and {} more.", counted(comparison.changes.len() - CHANGES, "change"));
    }
    text
}

fn of_change(change: &Change, text: &mut String) {
    let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| code(&id.to_string())).collect();
    let more = change.nodes.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "\n### {}: {}{more}\n", counted(change.nodes.len(), "node"), names.join(", "));
    if let Some(transition) = transition(change) {
        let _ = writeln!(text, "{transition}\n");
    }
    for part in &change.parts {
        for edit in &part.because {
            let element = code(&format!("{} {}", sign(edit.kind), edit.element));
            let _ = writeln!(text, "- because of {}: {element}", code(&edit.of));
        }
        if !part.routes.is_empty() {
            text.push_str("\n| | route | metric | from |\n|---|---|---|---|\n");
        }
        for route in part.routes.iter().take(ROUTES) {
            let what = match route.kind() {
                RouteChangeKind::Added => "added",
                RouteChangeKind::Removed => "removed",
                RouteChangeKind::Changed => "changed",
            };
            let from: Vec<String> = from(route).iter().map(|from| code(from)).collect();
            let metric = metrics(route).replacen("metric ", "", 1);
            let _ = writeln!(text, "| {what} | {} | {metric} | {} |", code(&route.prefix), from.join(", "));
        }
        if part.routes.len() > ROUTES {
            let _ = writeln!(text, "\n… and {} more.", counted(part.routes.len() - ROUTES, "route"));
        }
        text.push('\n');
    }
}

/// A code span: its fence is longer than any run of backticks in it (CommonMark, section 6.1), and a bar would end a table's cell even there.
fn code(text: &str) -> String {
    let shown = printable(text).replace('|', "\u{2502}");
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if shown.starts_with('`') || shown.ends_with('`') || shown.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}
