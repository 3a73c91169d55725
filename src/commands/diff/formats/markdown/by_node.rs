//! The changes by node: the edits that change each node, and its routes.

use std::fmt::Write as _;

use super::{CHANGES, Counts, Page, ROUTES, code};
use crate::commands::diff::compare::comparison::{Change, Comparison, Part, RouteChange};
use crate::commands::diff::formats::{causes_of_state, edit, from, metrics, transition};
use crate::model::count::counted;

/// The maximum number of nodes that a change names.
const NAMED: usize = 10;

/// The maximum number of origins that a route names.
const ORIGINS: usize = 5;

pub(super) fn counts(comparison: &Comparison) -> Counts {
    let changes = &comparison.changes;
    let parts = || changes.iter().flat_map(|change| &change.parts);
    Counts {
        changes: changes.len(),
        causes: changes.iter().map(|change| causes_of_state(comparison, change).len()).sum::<usize>()
            + parts().map(|part| part.because.len()).sum::<usize>(),
        routes: parts().map(|part| part.routes.len()).sum(),
    }
}

pub(super) fn write(comparison: &Comparison, page: &mut Page) {
    comparison.changes.iter().take(CHANGES).for_each(|change| page.change(comparison, change));
}

impl Page {
    fn change(&mut self, comparison: &Comparison, change: &Change) {
        let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| code(&id.to_string())).collect();
        let more = change.nodes.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let mut text = format!("\n### {}: {}{more}\n\n", counted(change.nodes.len(), "node"), names.join(", "));
        if let Some(transition) = transition(change) {
            let _ = writeln!(text, "{transition}\n");
        }
        self.left_out.changes -= usize::from(self.push(&text));
        causes_of_state(comparison, change).iter().for_each(|cause| self.cause(cause));
        change.parts.iter().for_each(|part| self.part(comparison, part));
    }

    fn cause(&mut self, cause: &str) {
        self.left_out.causes -= usize::from(self.push(&format!("- because of {}\n", code(cause))));
    }

    fn part(&mut self, comparison: &Comparison, part: &Part) {
        part.because.iter().for_each(|index| self.cause(&edit::of_node(&comparison.edits[*index].edit)));
        for (index, route) in part.routes.iter().take(ROUTES).enumerate() {
            let head = if index == 0 { "\n| | route | metric | from |\n|---|---|---|---|\n" } else { "" };
            self.left_out.routes -= usize::from(self.push(&format!("{head}{}", row(route))));
        }
        if let more @ 1.. = part.routes.len().saturating_sub(ROUTES)
            && self.push(&format!("\n… and {}.\n", counted(more, "more route")))
        {
            self.left_out.routes -= more;
        }
        self.push("\n");
    }
}

fn row(route: &RouteChange) -> String {
    let mut origins: Vec<String> = from(route).iter().take(ORIGINS).map(|from| code(&from.to_string())).collect();
    if let more @ 1.. = from(route).len().saturating_sub(ORIGINS) {
        origins.push(format!("{more} more"));
    }
    let (kind, prefix, metric) = (route.kind().name(), code(&route.prefix.to_string()), metrics(route));
    format!("| {kind} | {prefix} | {metric} | {} |\n", origins.join(", "))
}
