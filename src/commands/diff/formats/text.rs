//! Text for a terminal.

use std::fmt::Write as _;

use crate::commands::diff::compare::comparison::{Change, Comparison, RouteChangeKind};
use crate::commands::diff::formats::{Titles, causes_of_state, edit, from, metrics, summary, transition};
use crate::commands::printable::printable;
use crate::model::count::counted;

/// The maximum number of nodes that a change names.
const NAMED: usize = 4;

pub(crate) fn render(comparison: &Comparison, _titles: &Titles, _limit: usize) -> String {
    let mut text = summary(comparison) + "\n";
    for change in &comparison.changes {
        text.push('\n');
        write_change(comparison, change, &mut text);
    }
    text
}

fn write_change(comparison: &Comparison, change: &Change, text: &mut String) {
    let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| printable(&id.to_string())).collect();
    let more = change.nodes.len() - names.len();
    let more =
        if more > 0 { format!(" and {more} more ({})", counted(change.nodes.len(), "node")) } else { String::new() };
    let _ = writeln!(text, "{}{more}", names.join(", "));
    if let Some(transition) = transition(change) {
        let _ = writeln!(text, "  {transition}");
    }
    for cause in causes_of_state(comparison, change) {
        let _ = writeln!(text, "  because of {}", printable(&cause));
    }
    for part in &change.parts {
        for edit in &part.because {
            let _ = writeln!(text, "  because of {}", printable(&edit::of_node(&comparison.edits[*edit].edit)));
        }
        for route in &part.routes {
            let sign = match route.kind() {
                RouteChangeKind::Added => '+',
                RouteChangeKind::Removed => '-',
                RouteChangeKind::Changed => '~',
            };
            let (metric, from) = (metrics(route), printable(&from(route).join("; ")));
            let _ = writeln!(text, "    {sign} {} metric {metric}  ({from})", route.prefix);
        }
    }
}
