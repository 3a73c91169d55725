//! The changes by edit: the routes that each edit changes, and on how many nodes.

use super::{CHANGES, Counts, Page, ROUTES, code};
use crate::commands::diff::compare::comparison::Comparison;
use crate::commands::diff::compare::groups::{FoldedRoute, Group, groups};
use crate::commands::diff::formats::{edit, metrics, state_name};
use crate::commands::nodes;
use crate::model::count::counted;

/// The maximum number of edits that are listed although they change nothing.
const IDLE: usize = 20;

pub(super) fn counts(comparison: &Comparison) -> Counts {
    let groups = groups(comparison);
    Counts { changes: groups.len(), causes: 0, routes: groups.iter().map(|group| group.routes.len()).sum() }
}

pub(super) fn write(comparison: &Comparison, page: &mut Page) {
    groups(comparison).iter().take(CHANGES).for_each(|group| page.group(comparison, group));
    page.idle(comparison);
}

impl Page {
    fn group(&mut self, comparison: &Comparison, group: &Group<'_>) {
        let headings: Vec<String> = edit::headings(comparison, group).iter().map(|heading| code(heading)).collect();
        self.left_out.changes -= usize::from(self.push(&format!("\n### {}\n\n", headings.join(" and "))));
        for ([before, after], changed) in &group.states {
            let nodes = code(&nodes::folded(changed));
            self.push(&format!("- {nodes}: {} \u{2192} {}\n", state_name(*before), state_name(*after)));
        }
        for (index, folded) in group.routes.values().take(ROUTES).enumerate() {
            let head = if index == 0 { "| | route | metric | on |\n|---|---|---|---|\n" } else { "" };
            let blank = if index == 0 && !group.states.is_empty() { "\n" } else { "" };
            self.left_out.routes -= usize::from(self.push(&format!("{blank}{head}{}", row(folded))));
        }
        if let more @ 1.. = group.routes.len().saturating_sub(ROUTES)
            && self.push(&format!("\n\u{2026} and {}.\n", counted(more, "more route")))
        {
            self.left_out.routes -= more;
        }
    }

    fn idle(&mut self, comparison: &Comparison) {
        let idle = edit::idle(comparison);
        if idle.is_empty() {
            return;
        }
        self.push(&format!("\n{}:\n\n", edit::idle_heading(comparison)));
        for heading in idle.iter().take(IDLE) {
            self.push(&format!("- {}\n", code(heading)));
        }
        if let more @ 1.. = idle.len().saturating_sub(IDLE) {
            self.push(&format!("- \u{2026} and {more} more\n"));
        }
    }
}

fn row(folded: &FoldedRoute<'_>) -> String {
    let route = folded.route;
    let (kind, prefix, metric) = (route.kind().name(), code(&route.prefix.to_string()), metrics(route));
    format!("| {kind} | {prefix} | {metric} | {} |\n", code(&nodes::folded(&folded.nodes)))
}
