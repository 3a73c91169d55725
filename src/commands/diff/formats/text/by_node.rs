//! The changes by node: the edits that change each node, and its routes.

use std::fmt::Write as _;

use super::{Paint, painted};
use crate::commands::diff::compare::comparison::{Change, Comparison, RouteChange};
use crate::commands::diff::formats::{causes_of_state, edit, from, metrics, transition};
use crate::commands::printable::printable;
use crate::model::count::counted;

/// The maximum number of nodes that a change names.
const NAMED: usize = 4;

pub(super) fn write(comparison: &Comparison, paint: &Paint, text: &mut String) {
    for change in &comparison.changes {
        text.push('\n');
        write_change(comparison, change, paint, text);
    }
}

fn write_change(comparison: &Comparison, change: &Change, paint: &Paint, text: &mut String) {
    let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| printable(&id.to_string())).collect();
    let more = change.nodes.len() - names.len();
    let more =
        if more > 0 { format!(" and {more} more ({})", counted(change.nodes.len(), "node")) } else { String::new() };
    let _ = writeln!(text, "{}", paint.heading(&format!("{}{more}", names.join(", "))));
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
            let (metric, from) = (metrics(route), origins(route));
            let line = format!("{} metric {metric}  ({from})", route.prefix);
            let _ = writeln!(text, "    {}", painted(route, &line, paint));
        }
    }
}

fn origins(route: &RouteChange) -> String {
    let origins: Vec<String> = from(route).iter().map(|from| printable(&from.to_string())).collect();
    origins.join("; ")
}
