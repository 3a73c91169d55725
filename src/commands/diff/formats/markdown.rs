//! Markdown for a comment on a pull request. Names and values from the configuration are in code
//! spans, and cannot close them.

use std::fmt::Write as _;

use crate::commands::diff::compare::comparison::{Change, Comparison, Part};
use crate::commands::diff::formats::{Titles, from, metrics, sign, summary, transition};
use crate::commands::printable::printable;
use crate::model::count::counted;

/// The maximum number of nodes that a change names.
const NAMED: usize = 10;

/// The number of routes that a part shows, and the number of changes that a comment shows. A
/// comment on GitHub has at most 65,536 characters.
const ROUTES: usize = 50;
const CHANGES: usize = 50;

pub(crate) fn render(comparison: &Comparison, titles: &Titles) -> String {
    let mut text = format!("## Routes on kni254: {}\n\n", summary(comparison));
    let _ = writeln!(text, "From {} to {}.", code(&titles.old), code(&titles.new));
    for change in comparison.changes.iter().take(CHANGES) {
        write_change(change, &mut text);
    }
    if comparison.changes.len() > CHANGES {
        let _ = writeln!(text, "\n… and {} more.", counted(comparison.changes.len() - CHANGES, "change"));
    }
    text
}

fn write_change(change: &Change, text: &mut String) {
    let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| code(&id.to_string())).collect();
    let more = change.nodes.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "\n### {}: {}{more}\n", counted(change.nodes.len(), "node"), names.join(", "));
    if let Some(transition) = transition(change) {
        let _ = writeln!(text, "{transition}\n");
    }
    for part in &change.parts {
        write_part(part, text);
    }
}

fn write_part(part: &Part, text: &mut String) {
    for edit in &part.because {
        let element = code(&format!("{} {}", sign(edit.kind), edit.element));
        let _ = writeln!(text, "- because of {}: {element}", code(&edit.of.to_string()));
    }
    if !part.routes.is_empty() {
        text.push_str("\n| | route | metric | from |\n|---|---|---|---|\n");
    }
    for route in part.routes.iter().take(ROUTES) {
        let from: Vec<String> = from(route).iter().map(|from| code(from)).collect();
        let (kind, prefix, metric) = (route.kind().name(), code(&route.prefix.to_string()), metrics(route));
        let _ = writeln!(text, "| {kind} | {prefix} | {metric} | {} |", from.join(", "));
    }
    if part.routes.len() > ROUTES {
        let _ = writeln!(text, "\n… and {} more.", counted(part.routes.len() - ROUTES, "route"));
    }
    text.push('\n');
}

/// Returns a code span. Its fence is longer than any run of backticks in it (CommonMark, section
/// 6.1). Bars are replaced, because they end a table cell even in a code span.
fn code(text: &str) -> String {
    let shown = printable(text).replace('|', "\u{2502}");
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if shown.starts_with('`') || shown.ends_with('`') || shown.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}
